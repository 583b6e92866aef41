import { parseDestination } from '../functions/core/config/parse-destination.ts';
import { collectedList } from './command.ts';
import { createConfig } from './create-config.ts';
import { refusedSettings } from './failure.ts';
import { randomOf } from './io.ts';
import { randomConfigId } from './random-id.ts';
import { indented, renderFields } from './table.ts';
import { destinationRules } from './webhook-rules.ts';
import type { Command } from 'commander';
import type { EmailSettings } from '../functions/core/config/parse-destination.ts';
import type { EmailDestination } from '../functions/core/model/destination.ts';
import type { Session } from './session.ts';

/** What an operator says about an e-mail destination. */
export type EmailOptions = {
  name?: string;
  to?: string[];
  role?: string;
  locked?: boolean;
  minSeverity?: string;
};

export const EMAIL_FLAGS: Record<string, string> = {
  name: '--name',
  recipients: '--to',
  'recipients.address': '--to',
  'recipients.role': '--role',
  minSeverity: '--min-severity',
};

/** Every option of an e-mail destination alone; `note` follows what cannot be left out. */
export function addEmailOptions(command: Command, note: string): void {
  command
    .option('--to <addresses>', `e-mail addresses, separated by commas${note}`, collectedList)
    .option('--role <role>', 'what the mail tells them: it_admin, developer or executive (default: it_admin)')
    .option('--locked', 'they cannot leave by the unsubscribe link in the mail');
}

/** The settings, or a refusal with every problem. */
export function prepareEmail(options: EmailOptions): EmailSettings {
  const settings = parseDestination(emailInput(options), destinationRules([]));
  if (!settings.ok) throw refusedSettings(onePerRole(settings.problems), EMAIL_FLAGS);
  return settings.value as EmailSettings;
}

/** What the parser of destinations is given. */
export function emailInput(options: EmailOptions): object {
  return {
    channel: 'email',
    name: options.name,
    recipients: options.to?.map((address) => ({
      address,
      role: options.role,
      ...(options.locked === true && { isLocked: true }),
    })),
    minSeverity: options.minSeverity,
  };
}

export async function storeEmail(session: Session, settings: EmailSettings): Promise<EmailDestination> {
  const gateway = await session.gateway();
  const now = new Date(session.io.clock.now()).toISOString();
  const destination: EmailDestination = {
    id: randomConfigId('dst', randomOf(session.io)),
    ...settings,
    isEnabled: true,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await createConfig(gateway, 'destination', destination);
  return destination;
}

export function createdEmailView({ id, name }: EmailDestination): object {
  return { id, name, channel: 'email', secret: null };
}

export function describeCreatedEmail(session: Session, destination: EmailDestination, from: string): string {
  const { paint } = session;
  const fields = renderFields([['id', destination.id], ...emailFields(destination, from)], paint);
  return `${paint('green', 'Created')} destination ${paint('bold', destination.name)}\n\n${indented(fields)}`;
}

/** The settings, line by line. */
export function emailFields(settings: EmailSettings, from: string): [string, string | undefined][] {
  return [
    ['to', settings.recipients.map(({ address }) => address).join('\n')],
    ['from', from],
    ['role', settings.recipients[0]?.role],
    ['takes', settings.minSeverity === undefined ? 'every severity' : `${settings.minSeverity} and above`],
  ];
}

/** One `--role` serves every address, so its problem is told once. */
function onePerRole<T extends { path: string; message: string }>(problems: readonly T[]): T[] {
  return problems.filter(
    (problem, index) =>
      !problem.path.endsWith('.role') ||
      problems.findIndex((other) => other.path.endsWith('.role')) === index,
  );
}
