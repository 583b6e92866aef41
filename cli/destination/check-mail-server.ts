import { isIP } from 'node:net';
import { smtpClient } from '../../functions/adapters/smtp/client.ts';
import { isAllowedAddress } from '../../functions/core/deliver/allowed-address.ts';
import { resolveOf, type CliIo } from '../io.ts';
import { CliFailure } from '../failure.ts';
import type { SmtpAnswer } from '../../functions/core/deliver/email/smtp/smtp-client.ts';
import type { SmtpTransport } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { Session } from '../session.ts';
import type { SetupCheck } from '../screen/checks.ts';

/** The deadline of a delivery. */
const DEADLINE_MS = 14_000;
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(VERIFY_LEAF|GET_ISSUER)/;

type MailServerCheck = {
  checks: SetupCheck[];
  /** A private authority would explain the failure. */
  isUntrusted: boolean;
  /** Another password would. */
  isRefusedLogin: boolean;
};

/** Whether a mail server takes our user and password over TLS that we trust, seen from here. Sends no mail. */
export async function checkMailServer(
  io: CliIo,
  { host, port, security, user }: SmtpTransport,
  { current: password = '', ca }: WebhookSecret,
  allow: readonly string[],
): Promise<MailServerCheck> {
  const client =
    io.mailServers ??
    smtpClient({
      isAllowedAddress: (address) => isAllowedAddress(address, allow),
      lookup: async (name) =>
        (await resolveOf(io)(name)).map((address) => ({ address, family: isIP(address) })),
    });
  const server = { host, port, security, user, password, ...(ca !== undefined && { ca }) };
  const answer = await client.login(server, DEADLINE_MS);
  const isRefusedLogin = answer.answer === 'refused' && answer.stage === 'login';
  return {
    checks: describe(answer, port),
    isUntrusted: answer.answer === 'tls-failed' && UNTRUSTED.test(answer.detail),
    isRefusedLogin,
  };
}

/**
 * Refuses a password that the mail server refuses: each mail would become a dead letter. A server that cannot be
 * reached from here may be reached by the functions, so that is only said.
 *
 * @returns a sentence for the operator when it could not be tried.
 */
export async function refusedLogin(
  { io }: Session,
  transport: SmtpTransport,
  secret: WebhookSecret,
  allow: readonly string[],
): Promise<string | undefined> {
  const found = await checkMailServer(io, transport, secret, allow);
  const failed = found.checks.filter(({ result }) => result === 'failed').map(({ text }) => text);
  if (failed.length === 0) return undefined;
  const told = `${transport.host}:${transport.port}: ${failed.join('; ')}`;
  if (!found.isRefusedLogin) return `The password could not be tried from here: ${told}.`;
  throw new CliFailure(
    'unready-sender',
    `nothing was changed: ${told}; with --no-check it is done all the same`,
  );
}

function describe(answer: SmtpAnswer, port: number): SetupCheck[] {
  const reached: SetupCheck = {
    result: 'ok',
    text: `${answer.tlsVersion ?? 'TLS'} with ${answer.address ?? 'it'}, its certificate is trusted`,
  };
  switch (answer.answer) {
    case 'done':
      return [reached, { result: 'ok', text: 'it takes the user and password' }];
    case 'refused':
      return answer.stage === 'login'
        ? [reached, { result: 'failed', text: loginRefused(answer.code, answer.reply) }]
        : [{ result: 'failed', text: `it says no before the login: ${firstLine(answer.reply)}` }];
    case 'no-login':
      return [
        reached,
        { result: 'failed', text: `${answer.detail}; ask its owner for the port of mail submission` },
      ];
    case 'tls-failed':
      return [{ result: 'failed', text: `${answer.detail}${hintOf(answer.detail, port)}` }];
    case 'timeout':
    case 'dns-failed':
    case 'connection-failed':
    case 'refused-address':
    case 'unusable-certificate':
      return [{ result: 'failed', text: answer.detail }];
  }
}

function loginRefused(code: number, reply: string): string {
  const appPassword = /5\.7\.9|application-specific|app password/i.test(reply)
    ? '; it wants an App Password, not the password of the account'
    : '';
  return `it does not take the user and password (${code})${appPassword}: ${firstLine(reply).replace(/^\d{3}[ -]/, '')}`;
}

function hintOf(detail: string, port: number): string {
  if (UNTRUSTED.test(detail)) return '; for a private authority give its certificate';
  if (/ERR_SSL/.test(detail)) {
    return `; port ${port} may want the other way: 587 is starttls, 465 is tls`;
  }
  return '';
}

function firstLine(reply: string): string {
  return reply.split(/\r?\n/, 1)[0]?.slice(0, 200) ?? '';
}
