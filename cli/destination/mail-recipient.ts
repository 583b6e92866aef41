import { emailAddressProblem } from '../../functions/core/config/email-address.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import type { EmailDestination } from '../../functions/core/model/config/destination.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';

/** The mail destination with this name or id; one of another channel has no recipients. */
export async function findMailDestination(config: ConfigStore, name: string): Promise<EmailDestination> {
  const destination = await findConfig(config, 'destination', name);
  if (destination.channel === 'email') return destination;
  throw new CliFailure(
    'wrong-channel',
    `destination ${JSON.stringify(destination.name)} is a ${destination.channel}; only mail destinations have recipients`,
  );
}

/** An address as the table knows it, in lower case. */
export function requireAddress(text: string): string {
  const problem = emailAddressProblem(text);
  if (problem !== undefined) throw wrongUsage(`${JSON.stringify(text)} ${problem}`);
  return text.toLowerCase();
}
