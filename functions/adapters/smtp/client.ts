import type { Mail } from '../../core/model/wire/mail.ts';
import type { SmtpAnswer, SmtpClient, SmtpServer } from '../../core/deliver/email/smtp/smtp-client.ts';
import { withinDeadline } from '../net/after-sockets.ts';
import { type Lookup, systemLookup } from '../net/address.ts';
import { firstAnswer, type NoAddress } from '../net/first-answer.ts';
import { tlsOptionsOf } from '../net/tls-options.ts';
import { mailMime } from '../net/mail-mime.ts';
import { type Envelope, smtpConversation } from './conversation.ts';
import { openSmtpSocket } from './socket.ts';

/**
 * Mails to mail servers that are not trusted, each over a connection of its own.
 *
 * As with webhooks, a socket is opened only to an address that the guard saw. TLS 1.2 or later always, by STARTTLS or
 * from the start, certificate and name verified; one deadline over everything. Every end is an answer.
 *
 * A deadline that ends between the mail and the server's answer leaves open whether it was taken: the retry may then
 * be a second copy, with the same Message-ID.
 */
export function smtpClient({
  isAllowedAddress,
  lookup = systemLookup,
}: {
  isAllowedAddress: (address: string) => boolean;
  lookup?: Lookup;
}): SmtpClient {
  const tlsOf = tlsOptionsOf();

  async function converse(
    server: SmtpServer,
    { clientName, envelope }: { clientName: string; envelope?: Envelope },
    deadlineMs: number,
    deadline: AbortSignal,
  ): Promise<SmtpAnswer> {
    const phasesMs: SmtpAnswer['phasesMs'] = {};
    const { host, port, security, ca } = server;
    const tls = tlsOf(ca === undefined ? {} : { ca });
    if ('unusable' in tls) return { answer: 'unusable-certificate', detail: tls.unusable, phasesMs };

    const found = await firstAnswer<SmtpAnswer>({
      host,
      lookup,
      isAllowedAddress,
      deadline,
      deadlineMs,
      phasesMs,
      ask: async ({ address, ...target }) => {
        const opened = await openSmtpSocket({
          ...target,
          address,
          port,
          security,
          tlsOptions: tls.options,
          deadline,
          deadlineMs,
          phasesMs,
        });
        if (!('socket' in opened)) {
          return { answer: { ...opened, phasesMs, address }, isConnected: opened.stage !== 'connect' };
        }
        const answer = await smtpConversation({
          server,
          socket: opened.socket,
          tlsOptions: tls.options,
          clientName,
          envelope,
          deadline,
          deadlineMs,
        });
        return { answer: { ...answer, phasesMs, address }, isConnected: true };
      },
    });
    return 'phasesMs' in found ? found : withoutAddress(found, phasesMs);
  }

  return {
    send: async (server, { from, ...mail }, deadlineMs) => {
      const message = await mailMime(mail satisfies Mail, from);
      const envelope = { from, to: mail.to, message };
      return withinDeadline(deadlineMs, async (deadline) =>
        converse(server, { clientName: domainOf(from), envelope }, deadlineMs, deadline),
      );
    },
    login: async (server, deadlineMs) =>
      withinDeadline(deadlineMs, async (deadline) =>
        converse(server, { clientName: domainOf(server.user) }, deadlineMs, deadline),
      ),
  };
}

function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return /^[A-Za-z0-9.-]+$/.test(domain) ? domain : 'localhost';
}

/** The answer of a host that has no address to ask. */
function withoutAddress({ answer, detail }: NoAddress, phasesMs: SmtpAnswer['phasesMs']): SmtpAnswer {
  return answer === 'refused-address'
    ? { answer, detail, phasesMs }
    : { answer, stage: 'dns', detail, phasesMs };
}
