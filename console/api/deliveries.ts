import type { StoryDelivery } from './alerts.ts';

/** `?destination&alert&state&recipient&mail_state&since&until&limit&after`; of every destination, unless one or an alert is named. */
export type DeliveryListQuery = {
  destination?: string;
  alert?: string;
  state?: string;
  recipient?: string;
  mail_state?: string;
  since?: string;
  until?: string;
  limit?: string;
  after?: string;
};

/** Newest first; as with alerts, a page is one look, and `next` goes on. */
export type DeliveryPage = {
  deliveries: StoryDelivery[];
  next: string | null;
  looked_back_to: string;
  since: string;
  until: string;
};

/** The document of `deliveries show`. */
export type DeliveryStory = StoryDelivery & {
  is_digest_of: unknown;
  text: string;
};

/** The message that was sent, or would be sent now, from the renderer of its channel. */
export type Preview =
  | {
      channel: 'email';
      to: string;
      subject: string;
      text: string;
      headers: Record<string, string>;
      /** To be framed with `sandbox`: a path of this server. */
      html_path: string;
      note: string | null;
    }
  | {
      channel: 'webhook';
      url: string;
      method: 'POST';
      /** As sent; a credential is told by its kind, never by its value. */
      headers: { name: string; value: string; explained: string | null }[];
      body: string;
      /** Whether these are the bytes that were sent, by their SHA-256; null where nothing was sent yet. */
      is_as_sent: boolean | null;
      /** How the receiver checks it, in words; no secret. */
      signature: string;
      note: string | null;
    };
