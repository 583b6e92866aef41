import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { INDEX_SHARDS, type TABLE } from '../../core/model/wire/table.ts';
import type { ConfigKind } from '../../core/model/config/unreadable-config.ts';
import type { Watched } from '../../core/model/wire/watched.ts';
import type { StoryReader } from '../../core/deliver/ports.ts';
import { dayOf } from './days.ts';

/**
 * Every key of the table and of its indexes, in the order of the list in `model/wire/table.ts`. No other file makes one.
 *
 * A name that ends in `Key` is an item's place in the table. One that ends in `Rows` is the place of its rows in the
 * indexes. One that ends in `Partition` or `Partitions` is where a query looks.
 */

type Item = Record<string, unknown>;
export type Key = Record<typeof TABLE.partitionKey | typeof TABLE.sortKey, string>;
type TimeRow = Record<(typeof TABLE.byTime)['partitionKey' | 'sortKey'], string>;
type LookupRow = Record<(typeof TABLE.byLookup)['partitionKey' | 'sortKey'], string>;

/** The key of an item or of an index's row. */
export const keyOf = (item: Item): Item => ({ pk: item['pk'], sk: item['sk'] });

/** Follows an instant in a sort key, and sorts after every id that may follow it. */
export const AFTER_EVERY_ID = '#\uffff';

/** The partition that holds the row of this id: `ALERTS#2026-01-15#2`. */
export function shardOf(name: string, id: string): string {
  return `${name}#${crc32(id) % INDEX_SHARDS}`;
}

/** All partitions of that name. */
export function shardsOf(name: string): string[] {
  return Array.from({ length: INDEX_SHARDS }, (_, shard) => `${name}#${shard}`);
}

// Configuration

const CONFIG_PARTITIONS: Record<ConfigKind, string> = {
  source: 'SOURCE',
  destination: 'DESTINATION',
  route: 'ROUTE',
  silence: 'SILENCE',
  interval: 'INTERVAL',
  lookup: 'LOOKUP',
};
export const configPartition = (kind: ConfigKind): string => CONFIG_PARTITIONS[kind];
export const configKey = (kind: ConfigKind, id: string): Key => ({ pk: configPartition(kind), sk: id });

/** Counts the changes of all configuration. */
export const configVersionKey = (): Key => ({ pk: 'CONFIG', sk: 'VERSION' });
export const nameKey = (kind: ConfigKind, name: string): Key => ({ pk: `NAME#${kind}`, sk: name });

// Requests and what is watched

/** Hashed: a sender chooses its key, which may be long and confidential. */
export const requestKey = (sourceId: string, key: string): Key => ({
  pk: `REQUEST#${sourceId}#${createHash('sha256').update(key).digest('hex')}`,
  sk: 'REQUEST',
});
export const requestPartitions = (day: string): string[] => shardsOf(requestDay(day));
export const requestLookupPartition = (requestId: string): string => `REQUEST#${requestId}`;
export const requestRows = (requestId: string, receivedAt: string): TimeRow & LookupRow => ({
  time_pk: shardOf(requestDay(dayOf(receivedAt)), requestId),
  time_sk: instantAndId(receivedAt, requestId),
  lookup_pk: requestLookupPartition(requestId),
  lookup_sk: receivedAt,
});
const requestDay = (day: string): string => `REQUESTS#${day}`;

export const watchedKey = (id: string): Key => ({ pk: `WATCHED#${id}`, sk: 'WATCHED' });
/** In shards, because an outage of a receiver leaves many deliveries open at once. */
export const watchedPartitions = (kind: Watched['kind']): string[] => shardsOf(watchedOf(kind));
export const watchedRows = ({ kind, id }: Pick<Watched, 'kind' | 'id'>, lookAt: string): TimeRow => ({
  time_pk: shardOf(watchedOf(kind), id),
  time_sk: instantAndId(lookAt, id),
});
const watchedOf = (kind: Watched['kind']): string => `WATCHED#${kind}`;

/** A delivery that an operator sent. */
export const sentKey = (deliveryId: string): Key => ({ pk: `SENT#${deliveryId}`, sk: 'SENT' });
export const sentPartitions = (day: string): string[] => shardsOf(sentDay(day));
export const sentRows = (deliveryId: string, at: string): TimeRow => ({
  time_pk: shardOf(sentDay(dayOf(at)), deliveryId),
  time_sk: instantAndId(at, deliveryId),
});
const sentDay = (day: string): string => `SENT#${day}`;

/** How far the watcher has looked. */
export const watcherKey = (): Key => ({ pk: 'WATCHER', sk: 'REQUESTS' });

/** By which version of the configuration it has judged what is held. */
export const heldJudgementKey = (): Key => ({ pk: 'WATCHER', sk: 'HELD' });

// Alerts and their deliveries

/** A sheet: alerts that came together. */
export const sheetKey = (sheet: string): Key => ({ pk: `SHEET#${sheet}`, sk: 'ALERTS' });
export const sheetOfKey = (item: Item): string => String(item['pk']).slice('SHEET#'.length);
export const isSheet = (item: Item): boolean => item['sk'] === 'ALERTS';
/** An alert that is not on its sheet: it is long, or kept for longer than the others. */
export const alertKey = (alertId: string): Key => ({ pk: `ALERT#${alertId}`, sk: 'ALERT' });
export const alertIdOfRow = (item: Item): string => String(item['pk']).slice('ALERT#'.length);
const PLAN = 'PLAN#';
/** A page of an alert's plan, where its item has no room for the plan. Plans had no names at first. */
export const alertPlanKey = (alertId: string, plan: string | undefined, page: number): Key => ({
  pk: alertKey(alertId).pk,
  sk: PLAN + (plan === undefined ? '' : `${plan}#`) + String(page).padStart(4, '0'),
});
/**
 * Where the alerts of a day are found, and those of a source. An entry stands for a sheet or an alert that lies alone, and two routers
 * write no more than 900 of them a second, so a day is one partition: it takes 1,000 (docs/decisions/0323-entries-of-a-day-are-paced.md).
 */
export const alertPartition = (day: string): string => `SHEETS#${day}`;
export const alertOfSourcePartition = (sourceId: string, day: string): string => `SHEETS#${sourceId}#${day}`;
/** Of a sheet, by its name, or of an alert that lies alone, by its id. */
export const alertRows = (name: string, sourceId: string, receivedAt: string): TimeRow & LookupRow => ({
  time_pk: alertPartition(dayOf(receivedAt)),
  time_sk: instantAndId(receivedAt, name),
  lookup_pk: alertOfSourcePartition(sourceId, dayOf(receivedAt)),
  lookup_sk: instantAndId(receivedAt, name),
});
/** Where alerts have their entries that were stored before there were sheets. */
export const olderAlertPartitions = (day: string): string[] => shardsOf(`ALERTS#${day}`);
export const olderAlertOfSourcePartitions = (sourceId: string, day: string): string[] =>
  shardsOf(`SOURCE#${sourceId}#${day}`);

const DELIVERY = 'DELIVERY#';
export const deliveryKey = ({ id }: { id: string }): Key => ({ pk: DELIVERY + id, sk: 'DELIVERY' });
/** Of a digest, which nothing else names. Before there were sheets, every delivery lay so. */
export const deliveryOfAlertKey = ({ alert_id: alertId, id }: { alert_id: string; id: string }): Key => ({
  pk: alertKey(alertId).pk,
  sk: DELIVERY + id,
});
export const isDeliveryRow = (item: Item): boolean => String(item['sk']).startsWith(DELIVERY);
/** All deliveries that lie beside an alert: its partition, and how their sort keys begin. */
export const deliveriesOfAlert = (alertId: string) => ({ pk: alertKey(alertId).pk, begin: DELIVERY });
/** Where the deliveries to a destination are found. An entry stands for those of a sheet, so a day is one partition. */
export const deliveryPartition = (destinationId: string, day: string): string =>
  `DELIVERIES#${destinationId}#${day}`;
export const deliveryTimeRow = (name: string, destinationId: string, createdAt: string): TimeRow => ({
  time_pk: deliveryPartition(destinationId, dayOf(createdAt)),
  time_sk: instantAndId(createdAt, name),
});
export const deliveryLookupPartition = (deliveryId: string): string => DELIVERY + deliveryId;
/** Of a delivery whose key does not follow from its id. */
export const deliveryLookupRow = (deliveryId: string, createdAt: string): LookupRow => ({
  lookup_pk: deliveryLookupPartition(deliveryId),
  lookup_sk: createdAt,
});
export const olderDeliveryPartitions = (destinationId: string, day: string): string[] =>
  shardsOf(deliveryPartition(destinationId, day));

const FIRST = 'FIRST#';
/** Which first attempts of a sheet's alerts at a destination have been begun. */
export const tallyKey = (sheet: string, destinationId: string): Key => ({
  pk: sheetKey(sheet).pk,
  sk: FIRST + destinationId,
});
export const isTally = (item: Item): boolean => String(item['sk']).startsWith(FIRST);
export const destinationIdOfTally = (item: Item): string => String(item['sk']).slice(FIRST.length);

export const canaryPartition = (): string => 'CANARY';
export const canaryKey = ({ id, sentAt }: { id: string; sentAt: string }): Key => ({
  pk: canaryPartition(),
  sk: `${CANARY}${instantAndId(sentAt, id)}`,
});
export const canaryStateKey = (): Key => ({ pk: canaryPartition(), sk: 'STATE' });
export const canariesBegin = (): string => CANARY;
const CANARY = 'SENT#';

/** The first words of a system alert, under the id that every function that raises it computes. */
export const systemAlertKey = (alertId: string): Key => ({ pk: `SYSTEM-ALERT#${alertId}`, sk: 'FIRST' });

// State of sources, types, recipients and endpoints

const HEALTH = 'HEALTH#';
export const healthKey = (sourceId: string): Key => ({ pk: HEALTH + sourceId, sk: 'HEALTH' });
export const refusedSampleKey = (sourceId: string): Key => ({ pk: HEALTH + sourceId, sk: 'REFUSED' });
export const sourceIdOfHealth = (item: Item): string => String(item['pk']).slice(HEALTH.length);

export const remediationPartition = (): string => 'REMEDIATION';
export const remediationKey = (type: string): Key => ({ pk: remediationPartition(), sk: type });

/** Of an item that was deleted. */
export const historyKey = (kind: string, name: string): Key => ({ pk: `HISTORY#${kind}`, sk: name });

const SUPPRESSION = 'SUPPRESSION#';
export const suppressionPartition = (destinationId: string): string => SUPPRESSION + destinationId;
export const suppressionKey = (destinationId: string, address: string): Key => ({
  pk: suppressionPartition(destinationId),
  sk: address.toLowerCase(),
});
export const destinationIdOfSuppression = (item: Item): string =>
  String(item['pk']).slice(SUPPRESSION.length);

/** A chat has no address, and no address is without an `@`. */
export const flowKey = (destinationId: string, recipient?: string): Key => ({
  pk: `MAILFLOW#${destinationId}`,
  sk: recipient?.toLowerCase() ?? 'CHAT',
});

/** Hashed: a sender chooses its keys, and an address is confidential. */
export const storyKey = ({ destinationId, recipient = '', sourceId, dedupKey }: StoryReader): Key => {
  const about = JSON.stringify([recipient.toLowerCase(), sourceId, dedupKey]);
  return { pk: `STORY#${destinationId}#${createHash('sha256').update(about).digest('hex')}`, sk: 'STORY' };
};

const ENDPOINT = 'ENDPOINT#';
export const endpointKey = (destinationId: string): Key => ({ pk: ENDPOINT + destinationId, sk: 'ENDPOINT' });
export const destinationIdOfEndpoint = (item: Item): string => String(item['pk']).slice(ENDPOINT.length);

// Silences

/** In shards, because a silence may cover a storm. */
export const silencedPartitions = (silenceId: string): string[] => shardsOf(silencedOf(silenceId));
export const silencedKey = (
  silenceId: string,
  { destinationId, deliveryId }: { destinationId: string; deliveryId: string },
): Key => ({ pk: shardOf(silencedOf(silenceId), deliveryId), sk: `${destinationId}#${deliveryId}` });
const silencedOf = (silenceId: string): string => `SILENCED#${silenceId}`;

export const summarizedPartition = (): string => 'SUMMARIZED';
export const summarizedKey = (silenceId: string): Key => ({ pk: summarizedPartition(), sk: silenceId });

// Digests

const PAGE = 'PAGE#';
const digestPartition = (digestId: string): string => `DIGEST#${digestId}`;
/** Pages sort by their number, whose first digit is their lane: `PAGE#3000007`. */
export const digestPageKey = (digestId: string, page: number): Key => ({
  pk: digestPartition(digestId),
  sk: `${PAGE}${String(page).padStart(7, '0')}`,
});
/** Sorts after all pages of a digest. */
export const afterDigestPagesKey = (digestId: string): Key => ({
  pk: digestPartition(digestId),
  sk: `${PAGE}~`,
});
export const numberOfDigestPage = (item: Item): number => Number(String(item['sk']).slice(PAGE.length));
export const digestSummaryKey = (digestId: string): Key => ({ pk: digestPartition(digestId), sk: 'SUMMARY' });

/** The id in a sort key of the index by time. */
export const idOfTimeRow = (sort: string): string => sort.slice(sort.indexOf('#') + 1);

const instantAndId = (instant: string, id: string): string => `${instant}#${id}`;
