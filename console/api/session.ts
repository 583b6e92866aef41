/** The session: the facts that the page needs before it shows anything. */
export type ConsoleSession = {
  mode: 'read-write' | 'read-only';
  /** The reason of `read-only`. */
  because: string | null;
  gateway: { stack: string; region: string; is_local: boolean; ingest_url: string; retention_days: number };
  /** The identity of the console: an ARN, or the reason why it is not known. */
  identity: string;
  /** The call of the tool for this gateway: `npx tocsin --data .tocsin`. */
  called_as: string;
  version: string;
  /** The path of the mailbox of a local run: `/local/mail`. */
  mailbox: string | null;
  /** Epoch milliseconds of the server, so that ages are told by one clock. */
  now_ms: number;
};
