import { SMTP_SECURITIES, type SmtpSecurity, type SmtpTransport } from '../model/config/destination.ts';
import { emailAddressProblem } from './email-address.ts';
import { quoted, readChoice, readFields, type Parsed, type Problem } from './problem.ts';

const SMTP_FIELDS = ['type', 'host', 'port', 'security', 'user', 'from'] as const;
/** RFC 6409 and RFC 8314: what each port of mail submission says about the connection. */
const SECURITY_OF_PORT: Record<number, SmtpSecurity> = { 587: 'starttls', 465: 'tls' };
const DEFAULT_PORT = 587;
const HOST =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MAX_LENGTH = 320;
const MAX_PASSWORD_LENGTH = 1_024;

/**
 * How the mails of a destination travel: undefined for SES.
 *
 * Shape: `{type: 'ses'}` or `{type: 'smtp', host, port?: 587, security?, user, from}`. `security` follows from 587
 * (STARTTLS) and 465 (TLS from the start) and must be told for every other port.
 */
export function readTransport(value: unknown, problems: Problem[]): SmtpTransport | undefined {
  if (value === undefined) return undefined;
  const isSmtp = typeof value === 'object' && value !== null && 'type' in value && value.type === 'smtp';
  const fields = readFields(value, 'transport', isSmtp ? SMTP_FIELDS : ['type'], problems);
  const type = readChoice(fields['type'], ['ses', 'smtp'] as const, 'transport.type', problems);
  if (type !== 'smtp') return undefined;
  const port = readPort(fields['port'], problems);
  return {
    type,
    host: readHost(fields['host'], problems),
    port,
    security: readSecurity(fields['security'], port, problems),
    user: readUser(fields['user'], problems),
    from: readFrom(fields['from'], problems),
  };
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

function readHost(value: unknown, problems: Problem[]): string {
  const refuse = (message: string): string => {
    problems.push({ path: 'transport.host', message });
    return '';
  };
  if (typeof value !== 'string' || value === '') {
    return refuse('missing; expected the name of the mail server, such as smtp.example.com');
  }
  const host = value.toLowerCase().replace(/\.$/, '');
  if (/[/:@]/.test(host)) {
    return refuse(`${quoted(value)} is more than a name; give the host alone, such as smtp.example.com`);
  }
  if (!HOST.test(host)) {
    return refuse(
      `${quoted(value)} is no host name; expected letters, digits, hyphens and dots (others in their xn-- form)`,
    );
  }
  return host;
}

function readPort(value: unknown, problems: Problem[]): number {
  if (value === undefined) return DEFAULT_PORT;
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  const refuse = (message: string): number => {
    problems.push({ path: 'transport.port', message });
    return DEFAULT_PORT;
  };
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) {
    return refuse(`${quoted(value)} is no port; expected 587 or 465`);
  }
  if (port === 25) {
    return refuse(
      '25 is for mail servers among themselves, and closed to functions in AWS; expected 587 or 465',
    );
  }
  return port;
}

function readSecurity(value: unknown, port: number, problems: Problem[]): SmtpSecurity {
  const usual = SECURITY_OF_PORT[port];
  if (value === undefined && usual === undefined) {
    problems.push({
      path: 'transport.security',
      message: `missing; port ${port} does not tell how TLS begins there, so say starttls or tls (587 is starttls, 465 is tls)`,
    });
    return 'starttls';
  }
  const security = readChoice(value, SMTP_SECURITIES, 'transport.security', problems, usual) ?? 'starttls';
  if (usual !== undefined && security !== usual) {
    problems.push({
      path: 'transport.security',
      message: `${quoted(security)} does not go with port ${port}, which is ${usual}; leave it out`,
    });
  }
  return security;
}

function readUser(value: unknown, problems: Problem[]): string {
  const refuse = (message: string): string => {
    problems.push({ path: 'transport.user', message });
    return '';
  };
  if (typeof value !== 'string' || value === '') {
    return refuse('missing; expected the user name at the mail server, often the e-mail address');
  }
  if (/\p{Cc}/u.test(value)) return refuse('contains a line break or control character');
  return value.length > MAX_LENGTH ? refuse(`is longer than ${MAX_LENGTH} characters`) : value;
}

function readFrom(value: unknown, problems: Problem[]): string {
  const from = typeof value === 'string' ? value : '';
  const problem =
    from === '' ? 'missing; expected the address that the mails come from' : emailAddressProblem(from);
  if (problem !== undefined) {
    problems.push({ path: 'transport.from', message: from === '' ? problem : `${quoted(from)} ${problem}` });
  }
  return from;
}
