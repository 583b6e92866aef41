/** A credential and, during a rotation, the one before it (until `previousNotAfter`, ISO 8601). */
export type Credential = { current: string; previous?: string; previousNotAfter?: string };

/** What a webhook destination keeps in its secret beside the credential. */
export type WebhookSecret = Partial<Credential> & {
  /** Where to post, when whoever knows it can post there too. */
  url?: string;
  /** Until then (ISO 8601), what has room for one secret holds the previous one. */
  currentFrom?: string;
  headers?: Record<string, string>;
  /** PEM. */
  ca?: string;
  certificate?: string;
  key?: string;
};
