import * as v from 'valibot';
import { RECIPIENT_ROLES } from '../model/config/destination.ts';
import { MAX_RECIPIENTS } from './bounds.ts';
import { emailAddressProblem } from './email-address.ts';
import { quoted } from './problem.ts';
import { choice, yesOrNo } from './settings/schemas.ts';
import { readSettings } from './settings/setting.ts';
import type { Recipient } from '../model/config/destination.ts';
import type { Problem } from './problem.ts';

const RECIPIENT = {
  address: { schema: v.optional(v.unknown()) },
  role: { schema: v.optional(choice(RECIPIENT_ROLES), 'it_admin') },
  isLocked: { schema: v.optional(yesOrNo, false) },
} as const;

/** The recipients of an e-mail destination: `[{address, role?, isLocked?}]`. Each is mailed once. */
export function readRecipients(input: unknown, problems: Problem[]): Recipient[] {
  if (!Array.isArray(input) || input.length === 0) {
    problems.push({ path: '', message: 'missing; expected at least one e-mail address' });
    return [];
  }
  if (input.length > MAX_RECIPIENTS) {
    problems.push({ path: '', message: `${input.length} addresses; expected at most ${MAX_RECIPIENTS}` });
  }
  const seen = new Set<string>();
  return input.map((entry: unknown, index) => {
    const found: Problem[] = [];
    const given = readSettings(RECIPIENT, entry, found);
    const address = typeof given.address === 'string' ? given.address : '';
    const problem = emailAddressProblem(address);
    if (problem !== undefined) found.push({ path: 'address', message: `${quoted(address)} ${problem}` });
    if (seen.has(address.toLowerCase()))
      found.push({ path: 'address', message: `${quoted(address)} is there twice` });
    seen.add(address.toLowerCase());
    problems.push(
      ...found.map(({ path, message }) => ({
        path: path === '' ? `[${index}]` : `[${index}].${path}`,
        message,
      })),
    );
    return { address, role: given.role ?? 'it_admin', ...(given.isLocked === true && { isLocked: true }) };
  });
}
