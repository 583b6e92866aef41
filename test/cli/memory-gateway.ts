import type { ConfigOf } from '../../functions/core/model/config/config-of.ts';
import { memorySecrets, memoryUnsubscribeKey } from './memory-secrets.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Gateway } from '../../cli/gateway.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Delivery, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import type { DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { EndpointHealth } from '../../functions/core/model/wire/endpoint-health.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import { mostExactFirst, type Remediation } from '../../functions/core/model/config/remediation.ts';
import type {
  ConfigKind,
  Reservation,
  RemediationStore,
  UnsubscribeKeySecret,
} from '../../functions/core/operator/ports.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { RequestStory } from '../../functions/core/operator/request-story.ts';
import type { RefusedSample, SourceHealth } from '../../functions/core/model/wire/source-health.ts';
import type { Clock } from '../../functions/core/world.ts';
import { memorySourceHealth } from '../core/watch/memory-source-health.ts';
import { memoryAudited } from './memory-audited.ts';
import { memoryDeadLetters } from './memory-dead-letters.ts';
import { memoryLooks, memoryRecords } from './memory-records.ts';
import { NOW } from './run.ts';
import { memorySuppressions } from '../core/recipients/memory-suppressions.ts';

const queue = (name: string, deadLetter = name) => ({
  url: `http://127.0.0.1:4000/000000000000/${name}`,
  arn: `arn:aws:sqs:eu-central-1:000000000000:${name}`,
  deadLetterUrl: `http://127.0.0.1:4000/000000000000/${deadLetter}-dead-letters`,
  deadLetterArn: `arn:aws:sqs:eu-central-1:000000000000:${deadLetter}-dead-letters`,
});

export const LOCAL_KEYS = { accessKeyId: 'operator', secretAccessKey: 'operator' };

export const LOCAL_MANIFEST: Manifest = {
  version: 1,
  stack: 'Tocsin',
  region: 'eu-central-1',
  ingestUrl: 'http://127.0.0.1:4000/v1/ingest',
  table: 'Tocsin-table',
  queues: {
    alerts: queue('alerts'),
    email: queue('email'),
    webhook: queue('webhook'),
    webhookRetry: queue('webhook-retry', 'webhook'),
  },
  secretPrefix: 'Tocsin',
  emailFrom: 'alerts@example.com',
  configurationSet: 'Tocsin',
  retentionDays: 90,
  endpoint: 'http://127.0.0.1:4000',
  credentials: LOCAL_KEYS,
};

/** Everything an operator's tool reads and writes, in maps that a test can look into. */
export type MemoryGateway = Gateway & {
  kept: {
    config: Record<ConfigKind, Map<string, ConfigOf<ConfigKind>>>;
    secrets: Map<string, unknown>;
    sourceHealth: Map<string, SourceHealth>;
    refusedSamples: Map<string, RefusedSample>;
    endpointHealth: Map<string, EndpointHealth>;
    alerts: Map<string, RoutedAlert>;
    deliveries: Map<string, Delivery>;
    requests: RequestStory[];
    enqueued: DeliveryMessage[];
    enqueuedAlerts: Alert[];
    letters: DeadLetter[];
    hidden: Set<string>;
    redriven: DeadLetter[];
    unsubscribeKey: UnsubscribeKeySecret;
  };
};

export function memoryGateway(
  manifest: Manifest = LOCAL_MANIFEST,
  clock: Clock = { now: () => NOW },
): MemoryGateway {
  const kept: MemoryGateway['kept'] = {
    config: {
      source: new Map(),
      destination: new Map(),
      route: new Map(),
      silence: new Map(),
      interval: new Map(),
      lookup: new Map(),
    },
    secrets: new Map(),
    sourceHealth: new Map(),
    refusedSamples: new Map(),
    endpointHealth: new Map(),
    alerts: new Map(),
    deliveries: new Map(),
    requests: [],
    enqueued: [],
    enqueuedAlerts: [],
    letters: [],
    hidden: new Set(),
    redriven: [],
    unsubscribeKey: { current: 'first' },
  };
  const items = <K extends ConfigKind>(kind: K): ConfigOf<K>[] =>
    structuredClone([...kept.config[kind].values()]) as ConfigOf<K>[];
  /** How often an item was written: one that was changed and changed back is not the one that was read. */
  const revisions = new Map<string, number>();
  const byApply = new Set<string>();
  const reservations = new Map<string, Reservation>();
  const storedOf = (kind: ConfigKind, id: string) => ({
    revision: revisions.get(`${kind} ${id}`) ?? 0,
    config: structuredClone(kept.config[kind].get(id)),
    isMadeByApply: byApply.has(`${kind} ${id}`),
    reservation: reservations.get(`${kind} ${id}`),
  });
  const write = (kind: ConfigKind, item: ConfigOf<ConfigKind>): void => {
    kept.config[kind].set(item.id, structuredClone(item));
    revisions.set(`${kind} ${item.id}`, storedOf(kind, item.id).revision + 1);
  };
  return {
    kept,
    manifest,
    identity: { arn: async () => 'arn:aws:iam::000000000000:user/ana' },
    config: {
      async create(kind, item, madeBy) {
        if (items(kind).some((other) => other.name === item.name)) return 'name-taken';
        write(kind, item);
        if (madeBy !== undefined) byApply.add(`${kind} ${item.id}`);
        return 'created';
      },
      madeByApply: async (kind) =>
        new Set(
          items(kind)
            .map(({ id }) => id)
            .filter((id) => byApply.has(`${kind} ${id}`)),
        ),
      list: async (kind) => ({ readable: items(kind), unreadable: [] }),
      async locate(kind, name) {
        const item = items(kind).find((one) => one.id === name || one.name === name);
        return item === undefined
          ? undefined
          : { kind, id: item.id, name: item.name, stored: storedOf(kind, item.id) };
      },
      find: async (kind, name) => items(kind).find((item) => item.id === name || item.name === name),
      async update(kind, before, after) {
        const stored = kept.config[kind].get(before.id);
        if (stored === undefined) return 'not-found';
        if (!isDeepStrictEqual(stored, before)) return 'changed-meanwhile';
        if (items(kind).some(({ id, name }) => id !== after.id && name === after.name)) return 'name-taken';
        write(kind, after);
        return 'changed';
      },
      async noteNewSecret(kind, id, at) {
        const item = kept.config[kind].get(id);
        if (item === undefined) return 'not-found';
        const count =
          kind === 'source'
            ? { secretVersion: ((item as Source).secretVersion ?? 0) + 1 }
            : { version: (item as Destination).version + 1 };
        write(kind, { ...item, ...count, updatedAt: at });
        return 'changed';
      },
      async reserve(kind, id, reservation) {
        const item = kept.config[kind].get(id);
        if (item === undefined) return 'not-found';
        const held = reservations.get(`${kind} ${id}`);
        if (held !== undefined && held.by !== reservation.by && held.untilMs >= reservation.nowMs) {
          return 'reserved-already';
        }
        reservations.set(`${kind} ${id}`, reservation);
        write(kind, item);
        return 'reserved';
      },
      async release(kind, id, { by }) {
        const item = kept.config[kind].get(id);
        if (item === undefined || reservations.get(`${kind} ${id}`)?.by !== by) return;
        reservations.delete(`${kind} ${id}`);
        write(kind, item);
      },
      async delete({ kind, id, stored }) {
        if (!kept.config[kind].has(id)) return 'not-found';
        if (!isDeepStrictEqual(storedOf(kind, id), stored)) return 'changed-meanwhile';
        kept.config[kind].delete(id);
        reservations.delete(`${kind} ${id}`);
        byApply.delete(`${kind} ${id}`);
        return 'changed';
      },
      async restore({ kind, id, stored }) {
        const { config, revision, isMadeByApply, reservation } = stored as ReturnType<typeof storedOf>;
        if (config === undefined) return;
        if (isMadeByApply) byApply.add(`${kind} ${id}`);
        if (reservation !== undefined) reservations.set(`${kind} ${id}`, reservation);
        kept.config[kind].set(id, config);
        revisions.set(`${kind} ${id}`, revision);
      },
    },
    // Nobody is named as the author of a change here, and then the table tells of no change either.
    history: { of: async () => [], ofDeleted: async () => [] },
    secrets: memorySecrets(kept.secrets),
    records: memoryRecords(kept, clock),
    looks: memoryLooks(kept, clock),
    audited: memoryAudited(kept),
    sourceHealth: memorySourceHealth(kept.sourceHealth, kept.refusedSamples),
    endpoints: { find: async (id) => kept.endpointHealth.get(id) },
    deadLetters: memoryDeadLetters(kept),
    queues: {
      depths: async () =>
        ['alerts', 'email', 'webhook', 'webhook-retry', 'alerts-dead-letters', 'webhook-dead-letters'].map(
          (name) => ({
            name,
            visible: name === 'webhook-dead-letters' ? kept.letters.length : 0,
            inFlight: 0,
            delayed: 0,
          }),
        ),
    },
    deliveries: { enqueue: async (messages) => void kept.enqueued.push(...messages) },
    alerts: { enqueue: async ({ alerts }) => void kept.enqueuedAlerts.push(...alerts) },
    suppressions: memorySuppressions(),
    remediation: memoryRemediation(),
    unsubscribeKey: memoryUnsubscribeKey(kept),
    organization: () => ({ accounts: async function* accounts() {}, tags: async () => ({}) }),
    mailAccount: {
      verification: async (identities) => new Map(identities.map((identity) => [identity, 'Success'])),
      dkim: async () => 'Success',
      sending: async () => ({ isEnabled: true, perDay: 50_000, sentLastDay: 0 }),
    },
    close() {},
  };
}

export function memoryRemediation(): RemediationStore {
  const entries = new Map<string, Remediation>();
  const byApply = new Set<string>();
  return {
    madeByApply: async () => new Set(byApply),
    list: async () => ({ readable: mostExactFirst([...entries.values()]), unreadable: [] }),
    find: async (type) => (entries.has(type) ? { stored: entries.get(type) } : undefined),
    async set(entry, over, madeBy) {
      if (entries.get(entry.type) !== over?.stored) return 'changed-meanwhile';
      entries.set(entry.type, entry);
      if (madeBy !== undefined && over === undefined) byApply.add(entry.type);
      return 'changed';
    },
    async remove(type, found) {
      if (entries.get(type) !== found.stored) return 'changed-meanwhile';
      entries.delete(type);
      byApply.delete(type);
      return 'changed';
    },
  };
}
