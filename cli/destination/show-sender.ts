import { checkSender } from './check-sender.ts';
import { showChecks } from '../screen/checks.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import type { SetupCheck } from '../screen/checks.ts';

/**
 * Says what keeps mails of these destinations from arriving: the sandbox, the quota, a sender that nobody verified. Silent
 * when all is well, and about destinations whose mails do not go through SES.
 */
export async function showSenderTrouble(
  session: Session,
  gateway: Gateway,
  destinations: readonly Destination[],
): Promise<SetupCheck[]> {
  const addresses = destinations.flatMap((destination) =>
    destination.channel === 'email' && destination.transport === undefined
      ? destination.recipients.map(({ address }) => address)
      : [],
  );
  if (addresses.length === 0) return [];
  const checks = await checkSender(gateway, [...new Set(addresses)]);
  const trouble = checks.filter(({ result }) => result !== 'ok');
  if (trouble.length > 0) showChecks(session, `SES, which sends as ${gateway.manifest.emailFrom}`, trouble);
  return trouble;
}
