/** What the page has to know before it shows anything. */
export type ConsoleSession = {
  mode: 'read-write' | 'read-only';
  /** Of `read-only`: why. */
  because: string | null;
  gateway: { stack: string; region: string; is_local: boolean; ingest_url: string; retention_days: number };
  /** Whose identity the console works with: an ARN, or why it is not known. */
  identity: string;
  /** How the tool is called for this gateway: `npx tocsin --data .tocsin`. */
  called_as: string;
  version: string;
  /** Where the mails of a local run are: `/local/mail`. */
  mailbox: string | null;
  /** Epoch milliseconds of the server, so that ages are told by one clock. */
  now_ms: number;
};
