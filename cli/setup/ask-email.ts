import { egressAllow, mailServerProblem } from '../destination/check-addresses.ts';
import { emailInput } from '../destination/create-email.ts';
import { askMinSeverity, askName, fieldProblem } from './questions.ts';
import { askMailPassword, hasSmtpOptions } from '../destination/smtp-options.ts';
import type { EmailOptions } from '../destination/create-email.ts';
import type { Gateway } from '../gateway.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';

/** Asks for what the options leave open. `password`: that of the mail server. */
export async function askEmail(
  session: Session,
  prompts: Prompts,
  gateway: Gateway,
  given: EmailOptions,
): Promise<{ options: EmailOptions; password?: string }> {
  const options: EmailOptions = { ...given };
  options.name ??= await askName(prompts, gateway, 'email');
  options.to ??= addressesOf(
    await prompts.text({
      message: 'Recipients, separated by commas',
      check: (answer) => fieldProblem('recipients', emailInput({ to: addressesOf(answer) })),
    }),
  );
  options.role ??= await prompts.choice({
    message: 'What should the mail tell them?',
    choices: [
      { value: 'it_admin', name: 'it_admin', description: 'what to do, in numbered steps, and all details' },
      { value: 'developer', name: 'developer', description: 'what happened, with every technical detail' },
      { value: 'executive', name: 'executive', description: 'impact and what was done; no technical tables' },
    ],
  });
  if (options.minSeverity === undefined) {
    const minSeverity = await askMinSeverity(prompts);
    if (minSeverity !== undefined) options.minSeverity = minSeverity;
  }
  if (hasSmtpOptions(options)) options.transport ??= 'smtp';
  options.transport ??= await prompts.choice({
    message: 'How should the mails go out?',
    choices: [
      { value: 'ses', name: 'SES', description: 'Amazon SES, which tells about bounces and complaints' },
      { value: 'smtp', name: 'SMTP', description: 'a mail server that you have a user and password for' },
    ],
  });
  if (options.transport !== 'smtp') return { options };
  return { options, password: await askSmtp(session, prompts, gateway, options) };
}

/** Adds where the mail server is to the options; answers with its password. */
async function askSmtp(
  session: Session,
  prompts: Prompts,
  gateway: Gateway,
  options: EmailOptions,
): Promise<string> {
  const problemOf = (field: string, given: EmailOptions) =>
    fieldProblem(field, emailInput({ transport: 'smtp', ...given }));
  const allow = egressAllow(gateway.manifest, session.io.env);
  const host = (options.smtpHost ??= await prompts.text({
    message: 'Mail server (such as smtp.gmail.com)',
    check: async (smtpHost) =>
      problemOf('transport.host', { smtpHost }) ??
      (await mailServerProblem(smtpHost, session.io, allow))?.message,
  }));
  const port = (options.smtpPort ??= await prompts.text({
    message: 'Port: 587 (STARTTLS) or 465 (TLS from the start)',
    default: '587',
    check: (smtpPort) => problemOf('transport.port', { smtpPort }),
  }));
  if (
    options.smtpSecurity === undefined &&
    problemOf('transport.security', { smtpPort: port }) !== undefined
  ) {
    options.smtpSecurity = await prompts.choice({
      message: `How does TLS begin at port ${port}?`,
      choices: [
        { value: 'starttls', name: 'STARTTLS', description: 'as at 587; without it nothing is sent' },
        { value: 'tls', name: 'TLS from the start', description: 'as at 465' },
      ],
    });
  }
  const user = (options.smtpUser ??= await prompts.text({
    message: 'User name',
    check: (smtpUser) => problemOf('transport.user', { smtpUser }),
  }));
  const isAddress = problemOf('transport.from', { from: user }) === undefined;
  options.from ??= await prompts.text({
    message: 'Address that the mails come from',
    ...(isAddress && { default: user }),
    check: (from) => problemOf('transport.from', { from }),
  });
  return askMailPassword(prompts, host);
}

function addressesOf(answer: string): string[] {
  return answer.split(',').map((part) => part.trim());
}
