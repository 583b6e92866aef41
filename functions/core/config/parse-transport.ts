import * as v from 'valibot';
import { isInBounds, PORT } from './bounds.ts';
import { emailAddressProblem } from './email-address.ts';
import { quoted } from './problem.ts';
import { reading, rule, text } from './settings/schemas.ts';
import type { SmtpSecurity, SmtpTransport } from '../model/config/destination.ts';
import type { Parsed, Problem } from './problem.ts';

/** RFC 6409 and RFC 8314: what each port of mail submission says about the connection. */
const SECURITY_OF_PORT: Record<number, SmtpSecurity> = { 587: 'starttls', 465: 'tls' };
const DEFAULT_PORT = 587;
const HOST =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MAX_LENGTH = 320;
const MAX_PASSWORD_LENGTH = 1_024;
const PORT_25 =
  '25 is for mail servers among themselves, and closed to functions in AWS; expected 587 or 465';

type Given = {
  'transport.type'?: 'ses' | 'smtp' | undefined;
  'transport.host'?: string | undefined;
  'transport.port'?: number | undefined;
  'transport.security'?: SmtpSecurity | undefined;
  'transport.user'?: string | undefined;
  'transport.from'?: string | undefined;
};

/**
 * How the mails of a destination travel: undefined for SES.
 *
 * `security` follows from 587 (STARTTLS) and 465 (TLS from the start) and must be told for every other port.
 */
export function readTransport(given: Given, problems: Problem[]): SmtpTransport | undefined {
  if (given['transport.type'] !== 'smtp') return undefined;
  const port = given['transport.port'] ?? DEFAULT_PORT;
  return {
    type: 'smtp',
    host: given['transport.host'] ?? '',
    port,
    security: readSecurity(given['transport.security'], port, problems),
    user: given['transport.user'] ?? '',
    from: given['transport.from'] ?? '',
  };
}

/** How the mails of a destination go out, in a few words. */
export function describeTransport(transport: SmtpTransport | undefined): string {
  if (transport === undefined) return 'SES';
  const { host, port, security, user } = transport;
  return `${host}:${port} (${security === 'tls' ? 'TLS' : 'STARTTLS'}), as ${user}`;
}

/**
 * The password of a mail server, as a person typed or piped it: one final line break is the shell's.
 *
 * Google shows an App Password in four groups; the spaces between them are not part of it.
 */
export function parseMailPassword(input: string, host: string): Parsed<string> {
  const text = input.replace(/\r?\n$/, '');
  const problem = passwordProblem(text);
  if (problem !== undefined) return { ok: false, problems: [{ path: 'password', message: problem }] };
  const isGoogle = /(^|\.)(gmail|google|googlemail)\.com$/i.test(host);
  const bare = text.replaceAll(/\s/g, '');
  return { ok: true, value: isGoogle && /^[a-z]{16}$/i.test(bare) ? bare : text };
}

function passwordProblem(text: string): string | undefined {
  if (text.trim() === '') return 'missing; expected the password of the mail server';
  if (/[\r\n]/.test(text)) return 'contains a line break; expected one line';
  if (/\p{Cc}/u.test(text)) return 'contains control characters';
  if (text.length > MAX_PASSWORD_LENGTH) return `is longer than ${MAX_PASSWORD_LENGTH} characters`;
  return undefined;
}

export const hostSchema = v.pipe(
  text('missing; expected the name of the mail server, such as smtp.example.com'),
  v.rawTransform<string, string>(({ dataset: { value }, addIssue, NEVER }) => {
    const host = value.toLowerCase().replace(/\.$/, '');
    const message = /[/:@]/.test(host)
      ? `${quoted(value)} is more than a name; give the host alone, such as smtp.example.com`
      : HOST.test(host)
        ? undefined
        : `${quoted(value)} is no host name; expected letters, digits, hyphens and dots (others in their xn-- form)`;
    if (message === undefined) return host;
    addIssue({ message });
    return NEVER;
  }),
);

/** A number, or the digits of one. */
export const portSchema = v.optional(
  v.pipe(
    v.unknown(),
    reading((value, problems) => {
      const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
      const isPort = typeof port === 'number' && Number.isInteger(port) && isInBounds(port, PORT);
      if (!isPort) problems.push({ path: '', message: `${quoted(value)} is no port; expected 587 or 465` });
      else if (port === 25) problems.push({ path: '', message: PORT_25 });
      return isPort ? port : DEFAULT_PORT;
    }),
  ),
  DEFAULT_PORT,
);

function readSecurity(value: SmtpSecurity | undefined, port: number, problems: Problem[]): SmtpSecurity {
  const usual = SECURITY_OF_PORT[port];
  if (value === undefined && usual === undefined) {
    problems.push({
      path: 'transport.security',
      message: `missing; port ${port} does not tell how TLS begins there, so say starttls or tls (587 is starttls, 465 is tls)`,
    });
    return 'starttls';
  }
  const security = value ?? usual ?? 'starttls';
  if (usual !== undefined && security !== usual) {
    problems.push({
      path: 'transport.security',
      message: `${quoted(security)} does not go with port ${port}, which is ${usual}; leave it out`,
    });
  }
  return security;
}

export const userSchema = v.pipe(
  text('missing; expected the user name at the mail server, often the e-mail address'),
  rule((value) => {
    if (/\p{Cc}/u.test(value)) return 'contains a line break or control character';
    return value.length > MAX_LENGTH ? `is longer than ${MAX_LENGTH} characters` : undefined;
  }),
);

export const fromSchema = v.pipe(
  text('missing; expected the address that the mails come from'),
  rule((value) => {
    const problem = emailAddressProblem(value);
    return problem === undefined ? undefined : `${quoted(value)} ${problem}`;
  }),
);
