import { isIP } from 'node:net';
import type { Mail } from '../../core/model/wire/mail.ts';
import type { SmtpAnswer, SmtpClient, SmtpServer } from '../../core/deliver/email/smtp/smtp-client.ts';
import { withinDeadline } from '../net/after-sockets.ts';
import { type Lookup, systemLookup, type VettedAddresses, vettedAddresses } from '../net/address.ts';
import { tlsOptionsOf } from '../net/tls-options.ts';
import { mailMime } from '../net/mail-mime.ts';
import { type ConversationAnswer, type Envelope, smtpConversation } from './conversation.ts';
import { openSmtpSocket } from './socket.ts';
import { untilAborted } from '../net/until-aborted.ts';

/** Of a name with many addresses: how many are tried before the attempt counts as failed. */
const MAX_ADDRESSES = 3;

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
    clientName: string,
    envelope: Envelope | undefined,
    deadlineMs: number,
    deadline: AbortSignal,
  ): Promise<SmtpAnswer> {
    const phasesMs: SmtpAnswer['phasesMs'] = {};
    const { host, port, security, ca } = server;
    const tls = tlsOf(ca === undefined ? {} : { ca });
    if ('unusable' in tls) return { answer: 'unusable-certificate', detail: tls.unusable, phasesMs };

    const startedMs = performance.now();
    let vetted: VettedAddresses;
    try {
      vetted = await untilAborted(vettedAddresses(host, lookup, isAllowedAddress), deadline);
    } catch (error) {
      phasesMs.dns = performance.now() - startedMs;
      return deadline.aborted
        ? { answer: 'timeout', stage: 'dns', detail: `no answer of dns within ${deadlineMs} ms`, phasesMs }
        : {
            answer: 'dns-failed',
            stage: 'dns',
            detail: `${host} cannot be resolved (${codeOf(error)})`,
            phasesMs,
          };
    }
    const isLiteral = isIP(host) !== 0;
    if (!isLiteral) phasesMs.dns = performance.now() - startedMs;
    if ('refused' in vetted) return { answer: 'refused-address', detail: vetted.refused, phasesMs };

    const addresses = vetted.addresses.slice(0, MAX_ADDRESSES);
    let last: SmtpAnswer = { answer: 'dns-failed', stage: 'dns', detail: `${host} has no address`, phasesMs };
    for (const [index, { address }] of addresses.entries()) {
      const left = addresses.length - index;
      const remainingMs = deadlineMs - (performance.now() - startedMs);
      const opened = await openSmtpSocket({
        address,
        port,
        security,
        servername: isLiteral ? '' : host,
        tlsOptions: tls.options,
        deadline,
        deadlineMs,
        phasesMs,
        // A silent address must not use up the time of the others.
        ...(left > 1 && { connectWithinMs: remainingMs / left }),
      });
      if ('socket' in opened) {
        const { socket } = opened;
        const answer: ConversationAnswer = await smtpConversation({
          server,
          socket,
          tlsOptions: tls.options,
          clientName,
          envelope,
          deadline,
          deadlineMs,
        });
        return { ...answer, phasesMs, address };
      }
      last = { ...opened, phasesMs, address };
      if (opened.stage !== 'connect' || deadline.aborted) break;
    }
    return last;
  }

  return {
    send: async (server, { from, ...mail }, deadlineMs) => {
      const message = await mailMime(mail satisfies Mail, from);
      const envelope = { from, to: mail.to, message };
      return withinDeadline(deadlineMs, async (deadline) =>
        converse(server, domainOf(from), envelope, deadlineMs, deadline),
      );
    },
    login: async (server, deadlineMs) =>
      withinDeadline(deadlineMs, async (deadline) =>
        converse(server, domainOf(server.user), undefined, deadlineMs, deadline),
      ),
  };
}

function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return /^[A-Za-z0-9.-]+$/.test(domain) ? domain : 'localhost';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
