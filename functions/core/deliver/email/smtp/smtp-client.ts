import type { Mail } from '../../../model/wire/mail.ts';
import type { SmtpSecurity } from '../../../model/config/destination.ts';

/** A mail server and how it knows us. */
export type SmtpServer = {
  host: string;
  port: number;
  security: SmtpSecurity;
  user: string;
  password: string;
  /** PEM of a private authority that vouches for the server. */
  ca?: string;
};

/** The steps in which a mail is handed over, in their order. */
export type SmtpStage = 'dns' | 'connect' | 'tls' | 'greeting' | 'login' | 'sender' | 'recipient' | 'message';

/** The result of a conversation with a mail server. */
export type SmtpAnswer = {
  phasesMs: { dns?: number; connect?: number; tls?: number };
  address?: string;
  tlsVersion?: string;
} & (
  | {
      /** `done`: everything was taken. `refused`: the server said no, at this stage. */
      answer: 'done' | 'refused';
      stage: SmtpStage;
      /** The code of SMTP, 200 to 599. */
      code: number;
      /** The server's words, untrusted and without our password. */
      reply: string;
    }
  | {
      answer: 'timeout' | 'dns-failed' | 'connection-failed' | 'tls-failed';
      stage: SmtpStage;
      detail: string;
    }
  | { answer: 'no-login' | 'refused-address' | 'unusable-certificate'; detail: string }
);

/** Hands mails to a mail server. Every way in which that can end is an answer. */
export type SmtpClient = {
  send(server: SmtpServer, mail: Mail & { from: string }, deadlineMs: number): Promise<SmtpAnswer>;
  /** Connects and logs in, and sends nothing. */
  login(server: SmtpServer, deadlineMs: number): Promise<SmtpAnswer>;
};
