import type { EmailDestination, SmtpTransport } from '../../../model/config/destination.ts';
import type { Mail } from '../../../model/wire/mail.ts';
import type { DestinationRegistry } from '../../ports.ts';
import type { Answered, Facts } from '../../attempt.ts';
import { visibleText } from '../../../text/visible-text.ts';
import { maskSecrets } from '../../../text/mask-secrets.ts';
import { classifySmtpAnswer, queueIdOf } from './classify-smtp-answer.ts';
import type { SmtpAnswer, SmtpClient, SmtpServer, SmtpStage } from './smtp-client.ts';

/** DNS, connection, TLS, login and mail together. With the writes around it, it fits into the lease of a claim. */
const DEADLINE_MS = 14_000;
const EXCERPT_LENGTH = 1_024;

/** The part of a destination's secret that its mail server needs. */
export type MailServerSecret = {
  /** The password. */
  current: string;
  /** PEM. */
  ca?: string;
};

export type MailServerSecrets = {
  /** Cached, but never older than what the secret was when the destination had this version. */
  mailServerSecret(destinationId: string, version: number): Promise<MailServerSecret>;
};

/** The mail service of one destination, in place of SES. */
export type MailServer = {
  /** The sender's, for Message-ID and the thread. */
  messageIdDomain: string;
  send(mail: Mail): Promise<Answered>;
};

type SmtpPorts = {
  secrets: MailServerSecrets;
  client: SmtpClient;
  /** Reads the destination again when the server refuses its password. */
  destinations: DestinationRegistry;
  /** Milliseconds of a clock that only goes forward. */
  elapsedMs(): number;
};

/**
 * The mail server of a destination, its secret at hand; undefined when its mails go out through SES.
 *
 * @throws what the secret store throws
 */
export async function mailServerOf(
  destination: EmailDestination,
  ports: SmtpPorts,
): Promise<MailServer | undefined> {
  const { transport } = destination;
  if (transport === undefined) {
    return undefined;
  }
  const server = await serverOf(destination, transport, ports.secrets);
  const { from } = transport;
  return {
    messageIdDomain: from.slice(from.lastIndexOf('@') + 1),
    send: async (mail) => {
      const startedMs = ports.elapsedMs();
      const answer = await ports.client.send(server, { ...mail, from }, DEADLINE_MS);
      if (!isRefusedLogin(answer)) return resultOf(answer, server);
      // Destinations are remembered for seconds: the password may be one that was changed just now.
      const changed = await changedServer(destination, ports);
      const leftMs = DEADLINE_MS - (ports.elapsedMs() - startedMs);
      if (changed === undefined || leftMs <= 0) return resultOf(answer, server);
      const again = resultOf(
        await ports.client.send(changed.server, { ...mail, from }, leftMs),
        changed.server,
      );
      return { ...again, facts: { ...again.facts, destination_version: changed.version } };
    },
  };
}

/** The same sender at a newer version of the destination; undefined when there is none. */
async function changedServer(
  { id, version, transport }: EmailDestination,
  { destinations, secrets }: SmtpPorts,
): Promise<{ server: SmtpServer; version: number } | undefined> {
  const now = await destinations.find(id, { isFresh: true });
  if (now?.channel !== 'email' || now.transport?.from !== transport?.from || now.transport === undefined) {
    return undefined;
  }
  return now.version > version
    ? { server: await serverOf(now, now.transport, secrets), version: now.version }
    : undefined;
}

async function serverOf(
  { id, version }: EmailDestination,
  { host, port, security, user }: SmtpTransport,
  secrets: MailServerSecrets,
): Promise<SmtpServer> {
  const { current: password, ca } = await secrets.mailServerSecret(id, version);
  return { host, port, security, user, password, ...(ca !== undefined && { ca }) };
}

function isRefusedLogin(answer: SmtpAnswer): boolean {
  return answer.answer === 'refused' && answer.stage === 'login' && answer.code >= 500;
}

function resultOf(answer: SmtpAnswer, server: SmtpServer): Answered {
  return {
    ...classifySmtpAnswer(answer),
    facts: factsOf(answer, server),
  };
}

function factsOf(answer: SmtpAnswer, { password }: SmtpServer): Facts {
  const { phasesMs, address, tlsVersion } = answer;
  const facts: Facts = {
    phases_ms: Object.fromEntries(Object.entries(phasesMs).map(([phase, ms]) => [phase, Math.round(ms)])),
    ...(address !== undefined && { address }),
    ...(tlsVersion !== undefined && { tls_version: tlsVersion }),
  };
  if (!('reply' in answer)) {
    return { ...facts, detail: answer.detail };
  }
  const messageId = answer.answer === 'done' ? queueIdOf(answer.reply) : undefined;
  return {
    ...facts,
    status: answer.code,
    ...(answer.answer === 'refused' && {
      detail: `the mail server answered ${String(answer.code)} ${WHEN[answer.stage]}`,
    }),
    response_excerpt: maskSecrets(visibleText(withoutAddresses(answer.reply)), [password]).slice(
      0,
      EXCERPT_LENGTH,
    ),
    ...(messageId !== undefined && { message_id: messageId }),
  };
}

const WHEN: Record<SmtpStage, string> = {
  dns: 'before it was asked',
  connect: 'to the connection',
  tls: 'to STARTTLS',
  greeting: 'instead of a greeting',
  login: 'to the user and password',
  sender: 'to the sender',
  recipient: 'to the recipient',
  message: 'to the mail',
};

/** Servers quote the addresses that they refuse; the row names the recipient anyway. */
function withoutAddresses(reply: string): string {
  return reply.replaceAll(/(?<![^\s<>@,;:"'])[^\s<>@,;:"']+@/g, '***@');
}
