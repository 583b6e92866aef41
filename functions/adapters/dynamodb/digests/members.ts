import type { DigestMembers, Membership } from '../../../core/deliver/ports.ts';
import type { DeliveryMessage, DeliveryState } from '../../../core/model/wire/delivery.ts';
import type { DigestPlace } from '../../../core/model/wire/digest.ts';
import { claimCondition } from '../deliveries/claim.ts';
import { letRowDecide, moveOlderRow } from '../deliveries/older-rows.ts';
import { constantsOf, type DeliveryTable, nowOf, rowKey } from '../deliveries/table.ts';
import type { Item } from '../pages.ts';
import { updateIf } from '../update-if.ts';
import { readItem } from '../read-item.ts';

/**
 * A delivery's place in a digest, in the delivery's own row: `state: digested`, `digest_id`, `digest_page`. Beside them
 * stands what the digest is, `digest_kind` and `digest_opened_at`, for a reader of the row alone.
 */
export function dynamodbDigestMembers(to: DeliveryTable): DigestMembers {
  return {
    find: async (message) => findMembership(to, message),
    join: async (...joining) => joinDigest(to, ...joining),
    move: async (...moving) => moveMember(to, ...moving),
    leave: async (...leaving) => leaveDigest(to, ...leaving),
  };
}

async function findMembership(to: DeliveryTable, message: DeliveryMessage): Promise<Membership> {
  await moveOlderRow(to, message);
  const row = (await readItem(to, rowKey(message))) ?? (await claimedRowOf(to, message));
  if (row === undefined) return { membership: 'none' };
  // A later round has gone on with it, so that the claim of this message will say "settled".
  return row['state'] === 'digested' && row['round'] === message.round
    ? {
        membership: 'digested',
        place: { digestId: String(row['digest_id']), page: Number(row['digest_page']) },
      }
    : { membership: 'none', state: row['state'] as DeliveryState };
}

/** A delivery that a worker has begun is in no digest. */
async function claimedRowOf(to: DeliveryTable, message: DeliveryMessage): Promise<Item | undefined> {
  return (await to.tally?.writeRow(message)) === true ? readItem(to, rowKey(message)) : undefined;
}

async function joinDigest(
  to: DeliveryTable,
  ...[message, digest, page]: Parameters<DigestMembers['join']>
): Promise<Membership> {
  await letRowDecide(to, message);
  const condition = claimCondition(message, nowOf(to), 'digest');
  const isJoined = await updateIf(to, rowKey(message), condition.expression, {
    set: {
      state: 'digested',
      digest_id: digest.id,
      digest_page: page,
      digest_kind: digest.kind,
      digest_opened_at: digest.opened_at,
      due_at: digest.closes_at,
      attempt: message.attempt,
      round: message.round,
      updated_at: nowOf(to),
    },
    setOnce: constantsOf(to, message),
    remove: ['reason', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
    values: condition.values,
  });
  return isJoined
    ? { membership: 'digested', place: { digestId: digest.id, page } }
    : findMembership(to, message);
}

async function moveMember(
  to: DeliveryTable,
  ...[message, from, page]: Parameters<DigestMembers['move']>
): Promise<Membership> {
  const isMoved = await updateIf(to, rowKey(message), IS_IN_PLACE, {
    set: { digest_page: page, updated_at: nowOf(to) },
    names: ['state', 'round', 'digest_id'],
    values: placeValues(message, from),
  });
  return isMoved ? { membership: 'digested', place: { ...from, page } } : findMembership(to, message);
}

async function leaveDigest(
  to: DeliveryTable,
  ...[message, from]: Parameters<DigestMembers['leave']>
): Promise<void> {
  // When the condition fails somebody else has moved it, which is what was wanted.
  await updateIf(to, rowKey(message), IS_IN_PLACE, {
    set: { state: 'pending', attempt: message.attempt - 1, updated_at: nowOf(to) },
    remove: ['digest_id', 'digest_page', 'digest_kind', 'digest_opened_at', 'due_at'],
    names: ['round'],
    values: placeValues(message, from),
  });
}

/** The row names this place, and no other. */
const IS_IN_PLACE =
  '#state = :digested AND #round = :round AND #digest_id = :from_id AND #digest_page = :from_page';

function placeValues({ round }: DeliveryMessage, { digestId, page }: DigestPlace) {
  return { ':digested': 'digested', ':round': round, ':from_id': digestId, ':from_page': page };
}
