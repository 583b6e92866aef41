import { checkSender } from './check-sender.ts';
import {
  createdEmailView,
  describeCreatedEmail,
  EMAIL_FLAGS,
  emailFields,
  emailInput,
  prepareEmail,
  storeEmail,
} from './create-email.ts';
import { CliFailure } from './failure.ts';
import { showChecks } from './setup-checks.ts';
import { confirmSetup, finishSetup } from './setup-finish.ts';
import { askMinSeverity, askName, fieldProblem, refuseWrongOptions } from './setup-questions.ts';
import type { CommandResult } from './command.ts';
import type { EmailOptions } from './create-email.ts';
import type { Gateway } from './gateway.ts';
import type { Prompts } from './prompts.ts';
import type { Session } from './session.ts';
import type { SetupOptions } from './setup-finish.ts';

/** Asks what is left open, looks at SES, creates the destination and sends it a test mail. */
export async function setupEmail(
  session: Session,
  prompts: Prompts | undefined,
  given: EmailOptions,
  setup: SetupOptions,
): Promise<CommandResult> {
  if (prompts !== undefined) {
    await refuseWrongOptions(async () => prepareEmail(given), given, EMAIL_FLAGS);
  }
  const options = prompts === undefined ? given : await askEmail(prompts, await session.gateway(), given);
  const settings = prepareEmail(options);
  const gateway = await session.gateway();
  const { emailFrom } = gateway.manifest;
  const checks = await checkSender(
    gateway,
    settings.recipients.map(({ address }) => address),
  );
  showChecks(session, `SES, which sends as ${emailFrom}`, checks);
  const failed = checks.filter(({ result }) => result === 'failed').map(({ text }) => text);
  if (prompts !== undefined) {
    const fields = emailFields(settings, emailFrom);
    await confirmSetup(session, prompts, setup, [['name', settings.name], ...fields], failed.length === 0);
  } else if (failed.length > 0 && setup.yes !== true) {
    throw new CliFailure(
      'unready-sender',
      `nothing was created: ${failed.join('; ')}; with --yes it is created all the same`,
    );
  }
  const destination = await storeEmail(session, settings);
  return finishSetup(session, prompts, setup, destination, {
    json: createdEmailView(destination),
    text: describeCreatedEmail(session, destination, emailFrom),
    checks,
  });
}

async function askEmail(prompts: Prompts, gateway: Gateway, given: EmailOptions): Promise<EmailOptions> {
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
  return options;
}

function addressesOf(answer: string): string[] {
  return answer.split(',').map((part) => part.trim());
}
