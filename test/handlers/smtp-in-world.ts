import { smtpClient } from '../../functions/adapters/smtp/client.ts';
import type { EmailPorts } from '../../functions/core/deliver/email/prepare-email.ts';
import { mailServerOf } from '../../functions/core/deliver/email/smtp/mail-server.ts';
import type { SmtpTransport } from '../../functions/core/model/config/destination.ts';
import { scriptedServers, type Script } from '../adapters/mail-servers.ts';
import { tlsAuthority } from '../tls-authority.ts';
import type { MailFault } from './mail-fault.ts';

const HOST = 'smtp.example';

/** A mail server over real TLS, which fails as it is told to; `taken` counts the mails that it accepted. */
export type SmtpInWorld = {
  transport: SmtpTransport;
  ca: string;
  script: Script;
  taken(): number;
  close(): Promise<void>;
};

export async function startSmtpInWorld(): Promise<SmtpInWorld> {
  const authority = tlsAuthority();
  const servers = scriptedServers();
  const script: Script = {};
  const lines: string[] = [];
  const port = await servers.tls(authority.issue({ hosts: [HOST] }), script, lines);
  return {
    transport: { type: 'smtp', host: HOST, port, security: 'tls', user: 'a', from: 'a@sender.example' },
    ca: authority.ca,
    script,
    taken: () => lines.filter((line) => line === '.').length,
    close: servers.closeAll,
  };
}

/** The real client; a conversation is one call, which goes wrong as the world says. */
export function smtpInWorld(
  { script, ca }: SmtpInWorld,
  next: () => MailFault | 'fine',
): NonNullable<EmailPorts['smtp']> {
  const client = smtpClient({
    isAllowedAddress: () => true,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  return async (destination) =>
    mailServerOf(destination, {
      secrets: { mailServerSecret: async () => ({ current: 'canary', ca }) },
      destinations: { find: async () => destination },
      elapsedMs: () => 0,
      client: {
        ...client,
        send: async (...given) => {
          const fault = next();
          if (fault === 'killed-before') throw new Error('the worker is dead');
          script.RCPT = fault === 'refused' ? '450 4.2.0 Greylisted' : '250 2.1.5 Ok';
          // It takes the mail, and the connection ends before it says so.
          script.mail = fault === 'lost-answer' ? 'reset' : '250 2.0.0 Ok: queued as 4bQ7Zx1k2Lz9';
          const answer = await client.send(...given);
          if (fault === 'killed-after') throw new Error('the worker is dead');
          return answer;
        },
      },
    });
}
