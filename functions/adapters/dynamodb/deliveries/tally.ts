import { setImmediate as nextTurn } from 'node:timers/promises';
import { boundedMap } from '../../../core/bounded-map.ts';
import { deliveryId, sheetPlaceOf } from '../../../core/model/wire/ids.ts';
import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { gathered } from '../../memory/gathered.ts';
import { conditionHeld } from '../conditions.ts';
import { expiryOf } from '../expiry.ts';
import { deliveryKey, deliveryTimeRow, tallyKey } from '../keys.ts';
import { type Item, keyText } from '../pages.ts';
import { readItem } from '../read-item.ts';
import { updateIf } from '../update-if.ts';
import { claimedRow, IN_ROW, isFirst, type Slot, type Tally } from './first-claims.ts';
import { unlistedAttributes } from './row.ts';
import { type DeliveryTable, rowKey } from './table.ts';

/** Of a token, as much as tells the claims of one slot apart: ten slots and their keys are 1 KB at most. */
const TOKEN_LENGTH = 8;

const slotName = (slot: number): string => `c${String(slot)}`;
const textOf = ({ leaseUntil, token, nowAt }: Slot): string => [leaseUntil, nowAt, short(token)].join('#');
const short = (token: string): string => token.slice(0, TOKEN_LENGTH);

/** The slot of an alert in the item of a tally. */
export function slotIn(item: Item, slot: number): Slot | undefined {
  const value = item[slotName(slot)];
  if (typeof value !== 'string') return undefined;
  const [leaseUntil = '', nowAt = '', token = ''] = value.split('#');
  return { leaseUntil, nowAt, token };
}

/** The row that a slot stands for. */
export function rowOfSlot(message: DeliveryMessage, slot: Slot, expiresAt: number): Item {
  return claimedRow(slot, { ...rowKey(message), ...unlistedAttributes(message, expiresAt) });
}

/** Claims that are made within one turn of the event loop go out together. */
export function dynamodbTally(
  to: Omit<DeliveryTable, 'tally'>,
  moment: () => Promise<unknown> = nextTurn,
): Tally {
  const take = gatheredClaims(to, moment);

  async function look(message: DeliveryMessage): Promise<Slot | undefined> {
    const { key, slot } = placeOf(message);
    return slotIn((await readItem(to, key)) ?? {}, slot);
  }

  const putNew = async (item: Item): Promise<boolean> =>
    conditionHeld(
      to.client.call('PutItem', {
        TableName: to.table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );

  const tally: Tally = {
    lists: isTallied,
    holds: (message) => isFirst(message) && isTallied(message),
    take,
    look,

    writeRow: async (message) => {
      if (!isTallied(message)) return false;
      const slot = await look(message);
      if (slot === undefined || slot.token === IN_ROW.token) return false;
      await putNew(rowOfSlot(message, slot, expiryOf(to)));
      return true;
    },

    close: async (message) => {
      if (isTallied(message) && !(await take(message, IN_ROW))) await tally.writeRow(message);
    },

    writeEnd: async (delivery, outcome) => {
      const { id, alert_id: alertId, destination_id: destinationId, channel, attempt, round } = delivery;
      const message = { channel, alert_id: alertId, destination_id: destinationId, delivery_id: id };
      const own = { is_test: delivery.is_test, digest: delivery.own_digest };
      if (attempt > 1 || round > 1 || !isTallied({ ...message, ...own })) return false;
      const constants = { id, alert_id: alertId, destination_id: destinationId, channel, attempt, round };
      const { created_at: createdAt } = delivery;
      const row = { ...deliveryKey({ id }), ...constants, created_at: createdAt, ...outcome };
      return putNew({ ...row, expires_at: expiryOf(to) });
    },
  };
  return tally;
}

/** Whether the id of a delivery follows from the slot, and an entry of the tally so lists it. */
function isTallied({
  channel,
  is_test: isTest,
  digest,
  delivery_id: id,
  alert_id: alertId,
  destination_id: destinationId,
}: Pick<DeliveryMessage, 'channel' | 'delivery_id' | 'alert_id' | 'destination_id'> & {
  is_test?: boolean | undefined;
  digest?: DeliveryMessage['digest'] | undefined;
}): boolean {
  return (
    channel === 'webhook' &&
    isTest !== true &&
    digest === undefined &&
    id === deliveryId(alertId, destinationId)
  );
}

function placeOf({ alert_id: alertId, destination_id: destinationId }: DeliveryMessage) {
  const { sheet, slot } = sheetPlaceOf(alertId);
  return { sheet, slot, key: tallyKey(sheet, destinationId) };
}

type Waiting = {
  message: DeliveryMessage;
  slot: Slot;
  done: (isOurs: boolean) => void;
  fail: (error: unknown) => void;
};

function gatheredClaims(to: Omit<DeliveryTable, 'tally'>, moment: () => Promise<unknown>): Tally['take'] {
  async function write(group: Waiting[]): Promise<void> {
    try {
      if (await writeSlots(to, group)) {
        for (const { done } of group) done(true);
      } else if (group.length > 1) {
        await boundedMap(group, group.length, async (one) => write([one]));
      } else {
        for (const one of group) one.done(await isOurs(to, one));
      }
    } catch (error) {
      for (const { fail } of group) fail(error);
    }
  }

  const takeSoon = gathered<Waiting>({
    afterMoment: (run) => void moment().then(run),
    act: (_, group) => {
      for (const part of bySlots(group)) void write(part);
    },
  });

  return async (message, slot) => {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    takeSoon(keyText(placeOf(message).key), { message, slot, done: resolve, fail: reject });
    return promise;
  };
}

/** All of one tally together; of two that want the same slot the second one is by itself, and finds it taken. */
function bySlots(group: readonly Waiting[]): Waiting[][] {
  const together = new Map<string, Waiting>();
  const twice: Waiting[][] = [];
  for (const one of group) {
    if (together.has(one.message.alert_id)) twice.push([one]);
    else together.set(one.message.alert_id, one);
  }
  return [[...together.values()], ...twice];
}

/** False where one of the slots is taken. */
async function writeSlots(to: Omit<DeliveryTable, 'tally'>, group: readonly Waiting[]): Promise<boolean> {
  const [first] = group;
  if (first === undefined) return true;
  const { key, sheet } = placeOf(first.message);
  const { destination_id: destinationId, created_at: createdAt } = first.message;
  const slots = group.map(({ message, slot }) => [slotName(placeOf(message).slot), textOf(slot)] as const);
  return updateIf(to, key, slots.map(([name]) => `attribute_not_exists(${name})`).join(' AND '), {
    set: {
      ...Object.fromEntries(slots),
      expires_at: expiryOf(to),
    },
    setOnce: deliveryTimeRow(sheet, destinationId, createdAt),
  });
}

/** Whether a slot that could not be written is our own, from a call whose answer was lost. */
async function isOurs(to: Omit<DeliveryTable, 'tally'>, { message, slot }: Waiting): Promise<boolean> {
  const { key, slot: place } = placeOf(message);
  const standing = slotIn((await readItem(to, key)) ?? {}, place);
  if (standing === undefined) throw new Error(`tally ${key.pk} was gone a moment after it refused a claim`);
  return standing.token === short(slot.token);
}
