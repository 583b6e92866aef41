import * as v from 'valibot';
import { RECIPIENT_ROLES, type EmailDestination, type Recipient } from '../../model/config/destination.ts';
import { quoted } from '../problem.ts';
import { choice } from '../settings/schemas.ts';
import type { InFile } from '../settings/setting.ts';
import type { Fields, Problem } from '../problem.ts';

const role = choice(RECIPIENT_ROLES);

/**
 * Recipients in a configuration file: `to: [ana@example.com]` with one `role` for all, or a role beside each address:
 * `to: [{address: ana@example.com, role: executive}]`. `locked` is true for all, or a list of addresses.
 */
export const RECIPIENTS_IN_FILE: InFile<Pick<EmailDestination, 'recipients'>> = {
  fields: {
    to: v.array(v.union([v.string(), v.strictObject({ address: v.string(), role: v.optional(role) })])),
    role,
    locked: v.union([v.boolean(), v.array(v.string())]),
  },
  read: readRecipientFields,
  write: ({ recipients }) => ({
    ...writtenRoles(recipients),
    ...writtenLocks(recipients),
  }),
};

function readRecipientFields({ to, role: common, locked }: Fields, problems: Problem[]): unknown {
  const isLocked = lockOf(locked, problems);
  const entries = typeof to === 'string' ? to.split(',').map((part) => part.trim()) : to;
  if (!Array.isArray(entries)) return entries;
  const recipients = entries.map((entry: unknown) => {
    const given: Fields =
      typeof entry === 'object' && entry !== null && !Array.isArray(entry)
        ? { ...entry }
        : { address: entry };
    const isTheirs = isLocked(given['address']);
    return {
      ...given,
      ...(given['role'] === undefined && common !== undefined && { role: common }),
      ...(isTheirs && { isLocked: true }),
    };
  });
  for (const address of Array.isArray(locked) ? locked : []) {
    if (recipients.some((recipient) => sameAddress((recipient as Fields)['address'], address))) continue;
    problems.push({ path: 'locked', message: `${quoted(address)} is no recipient of the destination` });
  }
  return recipients;
}

function lockOf(locked: unknown, problems: Problem[]): (address: unknown) => boolean {
  if (locked === undefined || typeof locked === 'boolean') return () => locked === true;
  if (Array.isArray(locked)) return (address) => locked.some((one) => sameAddress(one, address));
  problems.push({
    path: 'locked',
    message: `${quoted(locked)} is neither true, false nor a list of addresses`,
  });
  return () => false;
}

function sameAddress(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && one.toLowerCase() === other.toLowerCase();
}

function writtenRoles(recipients: readonly Recipient[]): Fields {
  const roles = new Set(recipients.map((recipient) => recipient.role));
  return roles.size === 1
    ? { to: recipients.map(({ address }) => address), role: [...roles][0] }
    : { to: recipients.map(({ address, role: own }) => ({ address, role: own })) };
}

function writtenLocks(recipients: readonly Recipient[]): Fields {
  const locked = recipients.filter(({ isLocked }) => isLocked === true).map(({ address }) => address);
  if (locked.length === 0) return {};
  return { locked: locked.length === recipients.length ? true : locked };
}
