import type { EmailDestination } from '../../model/destination.ts';
import type { Mail } from '../../model/mail.ts';
import type { AttemptResult } from '../deliver.ts';
import { visibleText } from '../email/visible-text.ts';
import { classifySmtpAnswer, queueIdOf } from './classify-smtp-answer.ts';
import type { SmtpAnswer, SmtpClient, SmtpStage } from './smtp-client.ts';

/** DNS, connection, TLS, login and mail together. With the writes around it, it fits into the lease of a claim. */
const DEADLINE_MS = 14_000;
const EXCERPT_LENGTH = 1_024;

/** What a mail server keeps in the secret of its destination. */
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
export type SmtpService = {
  /** The sender's, for Message-ID and the thread. */
  messageIdDomain: string;
  send(mail: Mail): Promise<AttemptResult>;
};

/**
 * The mail server of a destination, its secret at hand; undefined when its mails go out through SES.
 *
 * @throws what the secret store throws
 */
export async function smtpService(
  destination: EmailDestination,
  { secrets, client }: { secrets: MailServerSecrets; client: SmtpClient },
): Promise<SmtpService | undefined> {
  const { transport } = destination;
  if (transport === undefined) {
    return undefined;
  }
  const { current: password, ca } = await secrets.mailServerSecret(destination.id, destination.version);
  const { host, port, security, user, from } = transport;
  const server = { host, port, security, user, password, ...(ca !== undefined && { ca }) };
  return {
    messageIdDomain: from.slice(from.lastIndexOf('@') + 1),
    send: async (mail) => {
      const answer = await client.send(server, { ...mail, from }, DEADLINE_MS);
      return { outcome: classifySmtpAnswer(answer), facts: factsOf(answer) };
    },
  };
}

function factsOf(answer: SmtpAnswer): AttemptResult['facts'] {
  const { phasesMs, address, tlsVersion } = answer;
  const facts: AttemptResult['facts'] = {
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
    response_excerpt: visibleText(withoutAddresses(answer.reply)).slice(0, EXCERPT_LENGTH),
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
  return reply.replaceAll(/[^\s<>@,;:"']+@/g, '***@');
}
