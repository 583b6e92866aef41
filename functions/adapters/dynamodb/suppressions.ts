import { suppressionProblem } from '../../core/config/stored-suppression.ts';
import type { RecipientStanding, Suppression, SuppressionChange } from '../../core/model/wire/suppression.ts';
import {
  describeUnreadable,
  type UnreadableConfig,
  UnreadableConfigError,
} from '../../core/model/config/unreadable-config.ts';
import type { SuppressionRegistry, SuppressionStore } from '../../core/recipients/ports.ts';
import { conditionHeld } from './conditions.ts';
import { destinationIdOfSuppression, suppressionKey, suppressionPartition } from './keys.ts';
import { type Item, queryAll } from './pages.ts';
import { readItem } from './read-item.ts';
import type { TableAccess } from './table-access.ts';

type State = 'suppressed' | 'lifted';

const read = async (to: TableAccess, destinationId: string, address: string): Promise<Item | undefined> =>
  readItem(to, suppressionKey(destinationId, address));

/** The reads of deliver-email, apart from the others, so that its bundle has no statement that writes. */
export function dynamodbSuppressionRegistry(to: TableAccess): SuppressionRegistry {
  return {
    find: async (destinationId, address) => readSuppression(await read(to, destinationId, address)),
  };
}

/**
 * One item per recipient and destination, changed by single conditional updates: what holds now, and the history of
 * it. An item is never deleted and never expires, because it is the record of a wish.
 */
export function dynamodbSuppressions(to: TableAccess): SuppressionStore {
  const { client, table } = to;

  /** Moves the item to a state and adds to its history; false when it is there already. */
  async function change(
    key: Item,
    state: State,
    entry: SuppressionChange,
    more: { set?: string; remove?: string; condition: string; values?: Item; names?: Record<string, string> },
  ): Promise<boolean> {
    return conditionHeld(
      client.call('UpdateItem', {
        TableName: table,
        Key: key,
        UpdateExpression: `SET #state = :state, history = list_append(if_not_exists(history, :none), :entry)${more.set ?? ''}${more.remove ?? ''}`,
        ConditionExpression: more.condition,
        ExpressionAttributeNames: { '#state': 'state', ...more.names },
        ExpressionAttributeValues: {
          ':state': state,
          ':none': [],
          ':entry': [withoutUndefined(entry)],
          ...more.values,
        },
      }),
    );
  }

  /** In the place of one that cannot be read: what it said is not known, so there is nothing of it to keep. */
  async function replace(destinationId: string, address: string, fields: Item): Promise<void> {
    await client.call('PutItem', {
      TableName: table,
      Item: { ...suppressionKey(destinationId, address), ...fields },
    });
  }

  return {
    ...dynamodbSuppressionRegistry(to),

    standing: async (destinationId, address): Promise<RecipientStanding> => {
      const item = await read(to, destinationId, address);
      const suppression = readSuppression(item);
      return {
        ...(suppression !== undefined && { suppression }),
        isAnnounced: item?.['is_announced'] === true,
        history: (item?.['history'] as SuppressionChange[] | undefined) ?? [],
      };
    },

    list: async (destinationId) => {
      const items = await queryAll(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': suppressionPartition(destinationId) },
        ConsistentRead: true,
      });
      const unreadable = items.flatMap((item) => unreadableOf(item) ?? []);
      const readable = items.flatMap((item) =>
        unreadableOf(item) === undefined ? (suppressionOf(item) ?? []) : [],
      );
      return { readable, unreadable };
    },

    add: async (suppression) => {
      const { destination_id: destinationId, address, ...entry } = suppression;
      const held = withoutUndefined({ ...suppression, address: address.toLowerCase() });
      const item = await read(to, destinationId, address);
      if (item !== undefined && unreadableOf(item) !== undefined) {
        await replace(destinationId, address, {
          state: 'suppressed' satisfies State,
          suppression: held,
          is_announced: false,
          history: [withoutUndefined({ action: 'added', ...entry })],
        });
        return 'added';
      }
      const isNew = await change(
        suppressionKey(destinationId, address),
        'suppressed',
        { action: 'added', ...entry },
        {
          set: ', suppression = :suppression, is_announced = :no',
          condition: 'attribute_not_exists(#state) OR #state = :lifted',
          values: {
            ':suppression': held,
            ':no': false,
            ':lifted': 'lifted' satisfies State,
          },
        },
      );
      return isNew ? 'added' : 'already';
    },

    remove: async (destinationId, address, entry) => {
      const item = await read(to, destinationId, address);
      if (item !== undefined && unreadableOf(item) !== undefined) {
        await replace(destinationId, address, {
          state: 'lifted' satisfies State,
          history: [withoutUndefined(entry)],
        });
        return 'removed';
      }
      const isRemoved = await change(suppressionKey(destinationId, address), 'lifted', entry, {
        remove: ' REMOVE suppression, is_announced, soft_bounces, soft_bounce_ids',
        condition: '#state = :suppressed',
        values: { ':suppressed': 'suppressed' satisfies State },
      });
      return isRemoved ? 'removed' : 'not-there';
    },

    markAnnounced: async (destinationId, address) => {
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: suppressionKey(destinationId, address),
          UpdateExpression: 'SET is_announced = :yes',
          ConditionExpression: 'attribute_exists(suppression)',
          ExpressionAttributeValues: { ':yes': true },
        }),
      );
    },

    countSoftBounce: async ({ destinationId, address, eventId, at }) => {
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: suppressionKey(destinationId, address),
          UpdateExpression:
            'SET soft_bounces = list_append(if_not_exists(soft_bounces, :none), :at), soft_bounce_ids = list_append(if_not_exists(soft_bounce_ids, :none), :ids)',
          ConditionExpression: 'attribute_not_exists(soft_bounce_ids) OR NOT contains(soft_bounce_ids, :id)',
          ExpressionAttributeValues: { ':none': [], ':at': [at], ':ids': [eventId], ':id': eventId },
        }),
      );
      return ((await read(to, destinationId, address))?.['soft_bounces'] as string[] | undefined) ?? [];
    },
  };
}

/** @throws UnreadableConfigError: no mail goes to a recipient while it is not known whether they want it */
function readSuppression(item: Item | undefined): Suppression | undefined {
  const unreadable = item === undefined ? undefined : unreadableOf(item);
  if (unreadable !== undefined) {
    throw new UnreadableConfigError(describeUnreadable(unreadable), unreadable);
  }
  return suppressionOf(item);
}

function unreadableOf(item: Item): UnreadableConfig | undefined {
  const problem = suppressionProblem(item);
  return problem === undefined
    ? undefined
    : { kind: 'suppression', id: `${destinationIdOfSuppression(item)} ${String(item['sk'])}`, problem };
}

function suppressionOf(item: Item | undefined): Suppression | undefined {
  return item?.['suppression'] as Suppression | undefined;
}

function withoutUndefined(value: object): Item {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}
