/** A mail to one recipient, before MIME: what the core writes and a mailer sends. */
export type Mail = {
  to: string;
  /** One line, at most 150 characters. */
  subject: string;
  /** Says everything that the HTML says. */
  text: string;
  html: string;
  /** Beside From, To, Subject, Date and MIME: one line each, no CR or LF. */
  headers: Record<string, string>;
};
