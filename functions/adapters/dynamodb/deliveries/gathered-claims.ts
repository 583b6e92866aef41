import { boundedMap } from '../../../core/bounded-map.ts';
import { chunks } from '../../../core/chunks.ts';
import { gathered } from '../../memory/gathered.ts';
import { isRefused } from '../client.ts';
import { INSERTS_PER_CALL, insertEach } from '../insert-each.ts';
import { keyText } from '../pages.ts';
import { readItem } from '../read-item.ts';
import { updateIf } from '../update-if.ts';
import type { Tally } from './first-claims.ts';
import type { DeliveryTable } from './table.ts';
import { isSameClaim, placeOf, type SlotClaim, type SlotClaims, slotIn, writeOf } from './tally-item.ts';

type To = Omit<DeliveryTable, 'tally'>;
type Waiting = SlotClaim & { done: (isOurs: boolean) => void; fail: (error: unknown) => void };
type Group = SlotClaims<Waiting>;

/**
 * Takes slots. Those that are asked for within one moment go out together: of one tally in one update, and tallies that are
 * most likely new in one call for up to 25 of them.
 *
 * An alert that came alone has a tally of its own, and a batch of such alerts would else make a call for each.
 */
export function gatheredClaims(to: To, moment: () => Promise<unknown>): Tally['take'] {
  async function update(group: Group): Promise<void> {
    try {
      const [first, ...others] = group;
      if (await writeSlots(to, group)) {
        for (const { done } of group) done(true);
      } else if (others.length > 0) {
        await boundedMap([first, ...others], group.length, async (one) => update([one]));
      } else {
        first.done(await isOurs(to, first));
      }
    } catch (error) {
      for (const { fail } of group) fail(error);
    }
  }

  /** A tally that is there, or that the table did not come to, is updated by itself. */
  async function insert(groups: Group[]): Promise<void> {
    try {
      const written = await insertEach(
        to,
        groups.map((group) => {
          const { key, slots, expires_at, once } = writeOf(to, group);
          return { ...key, ...slots, expires_at, ...once };
        }),
      );
      for (const [index, group] of groups.entries()) {
        if (written[index] === true) for (const { done } of group) done(true);
        else void update(group);
      }
    } catch (error) {
      // A boundary of rights may lack this call, and an endpoint may not know it: claims go on without.
      if (isRefused(error)) for (const group of groups) void update(group);
      else for (const { fail } of groups.flat()) fail(error);
    }
  }

  const takeSoon = gathered<Waiting>({
    afterMoment: (run) => void moment().then(run),
    act: (_, claims) => {
      const { groups, again } = byTally(claims);
      const alone = groups.filter(isMostLikelyNew);
      const inserted = alone.length > 1 ? alone : [];
      const updated = groups.filter((group) => !inserted.includes(group));
      for (const call of chunks(inserted, INSERTS_PER_CALL)) void insert(call);
      for (const group of [...updated, ...again]) void update(group);
    },
  });

  return async (message, slot) => {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    takeSoon('', { message, slot, done: resolve, fail: reject });
    return promise;
  };
}

/** Whether no other alert of its request is with it, and it is the first one: then it mostly is the only one. */
function isMostLikelyNew([first, ...others]: Group): boolean {
  return others.length === 0 && placeOf(first.message).slot === 0;
}

/** All of one tally together; of two that want the same slot the second one is by itself, and finds it taken. */
function byTally(claims: readonly Waiting[]): { groups: Group[]; again: Group[] } {
  const groups = new Map<string, [Waiting, ...Waiting[]]>();
  const again: Group[] = [];
  const asked = new Set<string>();
  for (const claim of claims) {
    const { key, slot } = placeOf(claim.message);
    const tally = keyText(key);
    const group = groups.get(tally);
    if (group === undefined) groups.set(tally, [claim]);
    else if (asked.has(`${tally} ${String(slot)}`)) again.push([claim]);
    else group.push(claim);
    asked.add(`${tally} ${String(slot)}`);
  }
  return { groups: [...groups.values()], again };
}

/** False where one of the slots is taken. */
async function writeSlots(to: To, group: Group): Promise<boolean> {
  const { key, slots, expires_at, once } = writeOf(to, group);
  const areFree = Object.keys(slots).map((name) => `attribute_not_exists(${name})`);
  return updateIf(to, key, areFree.join(' AND '), { set: { ...slots, expires_at }, setOnce: once });
}

/** Whether a slot that could not be written is our own, from a call whose answer was lost. */
async function isOurs(to: To, { message, slot }: Waiting): Promise<boolean> {
  const { key, slot: place } = placeOf(message);
  const standing = slotIn((await readItem(to, key)) ?? {}, place);
  if (standing === undefined) throw new Error(`tally ${key.pk} was gone a moment after it refused a claim`);
  return isSameClaim(standing, slot);
}
