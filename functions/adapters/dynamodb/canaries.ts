import type { CanaryLog } from '../../core/canary/ports.ts';
import {
  type Canary,
  CANARY_WATCHES,
  type CanaryAlarm,
  type CanaryMark,
  type CanaryState,
  type DoorAnswer,
  type HeartbeatAnswer,
} from '../../core/model/wire/canary.ts';
import { canariesBegin, canaryKey, canaryPartition, canaryStateKey, type Key } from './keys.ts';
import type { Item } from './pages.ts';
import { readItem } from './read-item.ts';
import { updateIf } from './update-if.ts';
import { updateOf } from './update-expression.ts';
import type { TableAccess } from './table-access.ts';

/** How long a canary is kept. Its alert and its delivery are kept as those of all others. */
const KEPT_SECONDS = 3 * 86_400;
const ALARM = 'alarm_';

/** One item for each canary, and one for what the next run has to know. */
export function dynamodbCanaries({ client, table }: TableAccess): CanaryLog {
  const update = async (key: Key, set: Item, setOnce: Item = {}): Promise<void> => {
    await client.call('UpdateItem', { TableName: table, Key: key, ...updateOf({ set, setOnce }) });
  };
  // Also of one whose first write was lost.
  const known = ({ canary_id: id, sent_at: sentAt }: CanaryMark): Item => ({
    id,
    sent_at: sentAt,
    expires_at: expiryOf(sentAt),
  });

  return {
    begin: async ({ id, sent_at: sentAt, sent_by: sentBy, with_mail: withMail }) =>
      update(canaryKey({ id, sentAt }), {
        id,
        sent_at: sentAt,
        sent_by: sentBy,
        with_mail: withMail,
        expires_at: expiryOf(sentAt),
      }),

    answered: async (mark, door) => update(keyOf(mark), { door }, known(mark)),

    received: async (mark, receivedAt) =>
      updateIf({ client, table }, keyOf(mark), 'attribute_not_exists(received_at)', {
        set: { received_at: receivedAt },
        setOnce: known(mark),
      }),

    heartbeat: async (mark, answer) => update(keyOf(mark), { heartbeat: answer }, known(mark)),

    newest: async (limit) => {
      const { Items = [] } = await client.call('Query', {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :begin)',
        ExpressionAttributeValues: { ':pk': canaryPartition(), ':begin': canariesBegin() },
        ScanIndexForward: false,
        Limit: limit,
        ConsistentRead: true,
      });
      return Items.map(readCanary);
    },

    find: async (mark) => {
      const item = await readItem({ client, table }, keyOf(mark));
      return item === undefined ? undefined : readCanary(item);
    },

    state: async () => readState((await readItem({ client, table }, canaryStateKey())) ?? {}),
    mailedOn: async (day) => update(canaryStateKey(), { mailed_on: day }),
    keepAlarm: async (watch, alarm) => update(canaryStateKey(), { kept: true, [ALARM + watch]: alarm }),
  };
}

const keyOf = ({ canary_id: id, sent_at: sentAt }: CanaryMark): Key => canaryKey({ id, sentAt });

function expiryOf(sentAt: string): number {
  return Math.floor(Date.parse(sentAt) / 1_000) + KEPT_SECONDS;
}

function readCanary(item: Item): Canary {
  return {
    id: String(item['id']),
    sent_at: String(item['sent_at']),
    sent_by: item['sent_by'] === 'operator' ? 'operator' : 'schedule',
    with_mail: item['with_mail'] === true,
    ...(item['door'] !== undefined && { door: item['door'] as DoorAnswer }),
    ...(item['received_at'] !== undefined && { received_at: item['received_at'] as string }),
    ...(item['heartbeat'] !== undefined && { heartbeat: item['heartbeat'] as HeartbeatAnswer }),
  };
}

function readState(item: Item): CanaryState {
  const alarms: CanaryState['alarms'] = {};
  for (const watch of CANARY_WATCHES) {
    const alarm = item[ALARM + watch];
    if (alarm !== undefined) alarms[watch] = alarm as CanaryAlarm;
  }
  const { mailed_on: mailedOn } = item;
  return { ...(typeof mailedOn === 'string' && { mailed_on: mailedOn }), alarms };
}
