import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { egressAllow, mailServerProblem } from '../destination/check-addresses.ts';
import { emailInput } from '../destination/create-email.ts';
import { hasSmtpOptions, type EmailOptions } from '../destination/email-options.ts';
import { askMailPassword } from '../destination/mail-password.ts';
import { askSettings } from './ask-settings.ts';
import { destinationNameProblem, fieldProblem } from './questions.ts';
import type { Gateway } from '../gateway.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';

/** Asks for the settings that the options leave open. `password`: that of the mail server. */
export async function askEmail(
  session: Session,
  prompts: Prompts,
  gateway: Gateway,
  given: EmailOptions,
): Promise<{ options: EmailOptions; password?: string }> {
  const options: EmailOptions = { ...given };
  if (hasSmtpOptions(options) || gateway.manifest.emailFrom === undefined) options.transport ??= 'smtp';
  const allow = egressAllow(gateway.manifest, session.io.env);
  const problemOf = (field: string, answer: EmailOptions) =>
    fieldProblem(field, emailInput({ ...options, ...answer }));
  await askSettings(prompts, EMAIL_SETTINGS, options, {
    '--name': { check: async (name) => destinationNameProblem(gateway, 'email', name) },
    '--to': {
      check: (answer) => problemOf('recipients', { to: addressesOf(answer) }),
      put: (answer) => ({ to: addressesOf(answer) }),
    },
    '--smtp-host': {
      check: async (smtpHost) =>
        problemOf('transport.host', { smtpHost }) ??
        (await mailServerProblem(smtpHost, session.io, allow))?.message,
    },
    '--smtp-port': { check: (smtpPort) => problemOf('transport.port', { smtpPort }) },
    '--smtp-security': {
      isAsked: () => problemOf('transport.security', {}) !== undefined,
      question: () => ({ message: `How does TLS begin at port ${options.smtpPort}?` }),
    },
    '--smtp-user': { check: (smtpUser) => problemOf('transport.user', { smtpUser }) },
    '--from': {
      check: (from) => problemOf('transport.from', { from }),
      question: () => {
        const user = options.smtpUser ?? '';
        return problemOf('transport.from', { from: user }) === undefined ? { default: user } : {};
      },
    },
  });
  if (options.transport !== 'smtp') return { options };
  return { options, password: await askMailPassword(prompts, options.smtpHost ?? '') };
}

function addressesOf(answer: string): string[] {
  return answer.split(',').map((part) => part.trim());
}
