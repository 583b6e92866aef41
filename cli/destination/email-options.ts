import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { flagsOf, givenWith, type OptionsOf } from '../config/settings.ts';
import { wrongUsage } from '../failure.ts';
import type { Command } from 'commander';
import type { SmtpTransport } from '../../functions/core/model/config/destination.ts';

/** The options of an e-mail destination. `check` is false with `--no-check`. */
export type EmailOptions = OptionsOf<typeof EMAIL_SETTINGS> & { check?: boolean };

/** The option that sets a field, by the path that a problem names. */
export const EMAIL_FLAGS = flagsOf(EMAIL_SETTINGS);

export function addNoCheckOption(command: Command): void {
  command.option('--no-check', 'smtp: do not try the user and password at the mail server first');
}

/** Whether an option was given that only a mail server has. */
export function hasSmtpOptions(options: object): boolean {
  return givenWith(EMAIL_SETTINGS, 'transport.type', options).length > 0;
}

/** Refuses what only a mail server has, where there is none. */
export function refuseStraySmtp(
  options: { transport?: string },
  transport: SmtpTransport['type'] | undefined,
): void {
  if ((options.transport ?? transport) === 'smtp') return;
  const flags = givenWith(EMAIL_SETTINGS, 'transport.type', options);
  if (flags.length > 0) throw wrongUsage(`${flags.join(', ')}: only with --transport smtp`);
}
