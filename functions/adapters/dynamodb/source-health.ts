import { setTimeout } from 'node:timers/promises';
import {
  NO_COUNTS,
  sampleExpiresAt,
  type HealthCounts,
  type HealthHour,
  type SourceHealth,
} from '../../core/model/wire/source-health.ts';
import type { SourceHealthRecords } from '../../core/watch/ports.ts';
import type { SourceHealthWriter } from '../memory/batched-source-health.ts';
import { batchGet } from './batch-get.ts';
import { conditionHeld } from './conditions.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import { healthKey, refusedSampleKey, sourceIdOfHealth } from './keys.ts';
import type { Item } from './pages.ts';
import type { TableAccess } from './table-access.ts';

/**
 * Counts are attributes of their own, `accepted_495312` for hour 495,312 since the epoch: DynamoDB adds to them
 * without a read, and creates what is not there, which it does not do inside of maps.
 */
const COUNTER_PREFIX: Record<keyof HealthCounts, string> = {
  accepted: 'accepted_',
  rejected: 'rejected_',
  authFailures: 'unauthorized_',
  unclassified: 'unclassified_',
};
const COUNTERS = Object.entries(COUNTER_PREFIX) as [keyof HealthCounts, string][];

/** Outdated attributes are a few bytes each; so many of them are worth a write. */
const OUTDATED_WORTH_A_WRITE = 48;
/** An update expression may be 4 KB long. */
const MAX_REMOVED = 150;

/** A cause can quote what the sender sent. */
const MAX_CAUSE_CHARACTERS = 300;

/** The part of ingest: one update, which never reads. */
export function dynamodbSourceHealthWriter({ client, table }: TableAccess): SourceHealthWriter {
  return {
    add: async (sourceId, delta) => {
      if (delta.refusedSample !== undefined) {
        const { at, record } = delta.refusedSample;
        const expiresAt = sampleExpiresAt({ at });
        await client.call('PutItem', {
          TableName: table,
          Item: { ...refusedSampleKey(sourceId), at, record, [TABLE.expiry]: expiresAt },
        });
      }
      const set: Item = {
        ...(delta.lastAcceptedAt !== undefined && { last_accepted_at: delta.lastAcceptedAt }),
        ...(delta.lastRefusal !== undefined && {
          last_refusal: {
            ...delta.lastRefusal,
            cause: delta.lastRefusal.cause?.slice(0, MAX_CAUSE_CHARACTERS),
          },
        }),
        ...(delta.unknownSeverities !== undefined && { unknown_severities: delta.unknownSeverities }),
      };
      const added = delta.hours.flatMap((hour) =>
        COUNTERS.filter(([counter]) => hour[counter] > 0).map(
          ([counter, prefix]) => [`${prefix}${hour.hour}`, hour[counter]] as const,
        ),
      );
      const setNames = Object.keys(set);
      const clauses = [
        ...(setNames.length > 0 ? [`SET ${setNames.map((name) => `${name} = :${name}`).join(', ')}`] : []),
        ...(added.length > 0 ? [`ADD ${added.map(([name]) => `${name} :${name}`).join(', ')}`] : []),
      ];
      if (clauses.length === 0) return;
      await client.call('UpdateItem', {
        TableName: table,
        Key: healthKey(sourceId),
        UpdateExpression: clauses.join(' '),
        ExpressionAttributeValues: Object.fromEntries(
          [...Object.entries(set), ...added].map(([name, value]) => [`:${name}`, value]),
        ),
      });
    },
  };
}

/** The part of the watcher and the operator's tools. */
export function dynamodbSourceHealthRecords({
  client,
  table,
  wait = setTimeout,
}: TableAccess & { wait?: (ms: number) => Promise<unknown> }): SourceHealthRecords {
  const update = async (sourceId: string, expression: string, condition: string, values?: Item) =>
    conditionHeld(
      client.call('UpdateItem', {
        TableName: table,
        Key: healthKey(sourceId),
        UpdateExpression: expression,
        ConditionExpression: condition,
        ...(values !== undefined && { ExpressionAttributeValues: values }),
      }),
    );

  return {
    read: async (sourceIds) => {
      const items = await batchGet({
        client,
        table,
        keys: sourceIds.map(healthKey),
        isConsistent: true,
        wait,
      });
      return new Map(items.map((item) => [sourceIdOfHealth(item), readHealth(item)]));
    },

    raised: async (sourceId, { since, raisedAt, alertId }) =>
      update(
        sourceId,
        'SET silent_since = :since, silence_raised_at = :at, silence_alert_id = :id',
        'attribute_not_exists(silent_since)',
        { ':since': since, ':at': raisedAt, ':id': alertId },
      ),

    resolved: async (sourceId, since) =>
      update(sourceId, 'REMOVE silent_since, silence_raised_at, silence_alert_id', 'silent_since = :since', {
        ':since': since,
      }),

    forgetHoursBefore: async (sourceId, health, hour) => {
      const outdated = health.hours
        .filter((kept) => kept.hour < hour)
        .flatMap((kept) =>
          COUNTERS.filter(([counter]) => kept[counter] > 0).map(([, prefix]) => `${prefix}${kept.hour}`),
        );
      if (outdated.length < OUTDATED_WORTH_A_WRITE) return;
      await update(sourceId, `REMOVE ${outdated.slice(0, MAX_REMOVED).join(', ')}`, 'attribute_exists(pk)');
    },

    refusedSample: async (sourceId, nowMs) => {
      const { Item: item = {} } = await client.call('GetItem', {
        TableName: table,
        Key: refusedSampleKey(sourceId),
      });
      const { at, record, [TABLE.expiry]: expiresAt } = item;
      return typeof at === 'string' && typeof record === 'string' && Number(expiresAt) * 1_000 > nowMs
        ? { at, record }
        : undefined;
    },

    delete: async (sourceId) => {
      await client.call('DeleteItem', { TableName: table, Key: refusedSampleKey(sourceId) });
      await client.call('DeleteItem', { TableName: table, Key: healthKey(sourceId) });
    },
  };
}

function readHealth(item: Item): SourceHealth {
  const hours = new Map<number, HealthHour>();
  for (const [name, value] of Object.entries(item)) {
    for (const [counter, prefix] of COUNTERS) {
      const hour = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
      if (!Number.isInteger(hour) || typeof value !== 'number') continue;
      hours.set(hour, { ...(hours.get(hour) ?? { hour, ...NO_COUNTS }), [counter]: value });
    }
  }
  const text = (name: string) => (typeof item[name] === 'string' ? item[name] : undefined);
  const lastAcceptedAt = text('last_accepted_at');
  const since = text('silent_since');
  return {
    ...(lastAcceptedAt !== undefined && { lastAcceptedAt }),
    ...(isRefusal(item['last_refusal']) && { lastRefusal: item['last_refusal'] }),
    ...(isUnknownSeverities(item['unknown_severities']) && {
      unknownSeverities: item['unknown_severities'],
    }),
    hours: [...hours.values()].sort((a, b) => a.hour - b.hour),
    ...(since !== undefined && {
      alarm: { since, raisedAt: text('silence_raised_at') ?? since, alertId: text('silence_alert_id') ?? '' },
    }),
  };
}

function isRefusal(value: unknown): value is NonNullable<SourceHealth['lastRefusal']> {
  return typeof value === 'object' && value !== null && 'at' in value && 'code' in value;
}

function isUnknownSeverities(value: unknown): value is NonNullable<SourceHealth['unknownSeverities']> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    typeof value.at === 'string' &&
    'words' in value &&
    Array.isArray(value.words) &&
    value.words.every((word) => typeof word === 'string')
  );
}
