import type { Problem } from '../../functions/core/config/problem.ts';
import type { Recipient } from '../../functions/core/model/config/destination.ts';

type LockOptions = { locked?: string[]; unlocked?: string[] };

/** The recipients as `--locked` and `--unlocked` leave them; every address must be one of them, and in one list only. */
export function withLocks(
  recipients: readonly Recipient[],
  { locked = [], unlocked = [] }: LockOptions,
): { recipients: Recipient[]; problems: Problem[] } {
  const isIn = (list: readonly string[], { address }: Recipient) =>
    list.some((one) => one.trim().toLowerCase() === address.toLowerCase());
  const problems: Problem[] = [];
  for (const [path, list] of Object.entries({ locked, unlocked })) {
    for (const address of list) {
      if (recipients.some((recipient) => isIn([address], recipient))) continue;
      problems.push({ path, message: `${JSON.stringify(address)} is no recipient of the destination` });
    }
  }
  for (const recipient of recipients) {
    if (!isIn(locked, recipient) || !isIn(unlocked, recipient)) continue;
    problems.push({ path: 'locked', message: `${JSON.stringify(recipient.address)} is in --unlocked, too` });
  }
  return {
    recipients: recipients.map(({ isLocked = false, ...rest }) => {
      const recipient: Recipient = rest;
      const stays = isIn(locked, recipient) || (isLocked && !isIn(unlocked, recipient));
      return stays ? { ...recipient, isLocked: true } : recipient;
    }),
    problems,
  };
}
