import { PROFILES } from '../../functions/core/model/config/destination.ts';
import { collected } from '../command.ts';
import { WEBHOOK_FORMAT_NAMES } from './webhook-rules.ts';
import type { Command } from 'commander';

/** What an operator says about a webhook destination. */
export type WebhookOptions = {
  name?: string;
  url?: string;
  urlStdin?: boolean;
  auth?: string;
  profile?: string;
  format?: string;
  templateFile?: string;
  customHeader?: string[];
  customHeaderFile?: string;
  caFile?: string;
  certFile?: string;
  keyFile?: string;
  retry?: string;
  minSeverity?: string;
  secretStdin?: boolean;
};

/** The option that sets a field, by the path that a problem names. */
export const WEBHOOK_FLAGS: Record<string, string> = {
  name: '--name',
  url: '--url',
  'auth.type': '--auth',
  profile: '--profile',
  format: '--format',
  template: '--template-file',
  customHeaders: '--custom-header',
  customHeaderNames: '--custom-header',
  ca: '--ca-file',
  certificate: '--cert-file',
  key: '--key-file',
  retry: '--retry',
  minSeverity: '--min-severity',
  secret: '--secret-stdin',
};

export function addNameOption(command: Command, note: string): void {
  command.option('--name <name>', `what you call it${note}`);
}

export function addMinSeverityOption(command: Command): void {
  command.option(
    '--min-severity <severity>',
    'only this severity and above: info, low, medium, high or critical',
  );
}

/** Every option of a webhook alone; `note` follows what cannot be left out. */
export function addWebhookOptions(command: Command, note: string): void {
  command
    .option('--url <url>', `where to POST, https only${note}`)
    .option('--url-stdin', 'read the URL from standard input: that of a chat is a secret')
    .option(
      '--auth <type>',
      'how the receiver knows that it is us: hmac, bearer, mtls or none (default: that of the format, else hmac)',
    )
    .option('--profile <profile>', `headers of a known sender: ${PROFILES.join(', ')} (default: tocsin)`)
    .option('--format <format>', `body: ${WEBHOOK_FORMAT_NAMES.join(', ')} (default: that of the profile)`)
    .option('--template-file <file>', 'format template: JSON of your own with {{placeholders}}')
    .option(
      "--custom-header <'Name: value'>",
      'header to send along, its value a secret; up to 20',
      collected,
    )
    .option(
      '--custom-header-file <file>',
      "headers to send along, a 'Name: value' a line; no process list shows them",
    )
    .option('--ca-file <file>', "PEM of the receiver's private certificate authority")
    .option('--cert-file <file>', 'auth mtls: PEM of our certificate, and of those that vouch for it')
    .option('--key-file <file>', 'auth mtls: PEM of its private key, not encrypted')
    .option(
      '--retry <schedule>',
      "standard (30s,2m,8m), none, persistent (up to 12h) or waits such as '30s,2m'",
    )
    .option('--secret-stdin', 'bearer: read the token or key that the receiver dictates from standard input');
}
