import { readFileSync } from 'node:fs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbAwsSources } from '../../functions/adapters/dynamodb/aws-sources.ts';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import { dynamodbSourceRegistry } from '../../functions/adapters/dynamodb/sources.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import { ingestAlerts, type IngestPorts } from '../../functions/core/ingest/ingest-alerts.ts';
import { awsSourceId } from '../../functions/core/model/config/aws-events.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { HealthDelta } from '../../functions/core/model/wire/source-health.ts';
import { ingestAwsEventsHandler } from '../../functions/handlers/ingest-aws-events-handler.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../adapters/dynamodb-table.ts';

const FIXTURES = new URL('../fixtures/formats/aws-event/', import.meta.url);
const event = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');
const NOW = '2026-03-01T12:00:00.000Z';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

/** What the function did, beside the table. */
type World = {
  enqueued: AcceptedAlerts[];
  letters: { body: string; reason: string; detail: string }[];
  observed: [sourceId: string, delta: HealthDelta][];
  isQueueDown: boolean;
};
let world: World;
let drawn = 0;
beforeEach(() => {
  world = { enqueued: [], letters: [], observed: [], isQueueDown: false };
});

function ports() {
  const clock = clockAt(NOW);
  const unused = async () => Promise.reject(new Error('events ask for no secret'));
  return {
    sources: dynamodbSourceRegistry(db),
    secrets: { credential: unused, refresh: unused },
    limiter: { take: async () => ({ allowed: false as const, retryAfterSeconds: 60 }) },
    ledger: dynamodbRequestLedger({ ...db, clock }),
    alerts: {
      enqueue: async (accepted: AcceptedAlerts) => {
        if (world.isQueueDown) throw new Error('the queue is down');
        world.enqueued.push(accepted);
      },
    },
    awsSources: dynamodbAwsSources({ ...db, clock }),
    letters: {
      deadLetter: async (body: string, letter: { reason: string; detail: string }) => {
        world.letters.push({ body, ...letter });
      },
    },
    clock,
    ids: { uuid: () => `request-${String((drawn += 1))}` },
    tenantId: 'Tocsin',
    sns: { certificate: unused, confirm: unused },
    health: { observe: async (id: string, delta: HealthDelta) => void world.observed.push([id, delta]) },
    log: { info: () => undefined, error: () => undefined },
  };
}

const batch = (...bodies: string[]) =>
  ({ Records: bodies.map((body, index) => ({ messageId: `m-${index}`, body })) }) as unknown as SQSEvent;
const handle = async (...bodies: string[]) => ingestAwsEventsHandler(ports())(batch(...bodies));
const alerts = () => world.enqueued.flatMap((accepted) => accepted.alerts);

describe('events of AWS', () => {
  test('become alerts of a source of their service, which is made by the first of them', async () => {
    expect(await handle(event('guardduty'), event('macie'), event('root-login'))).toEqual({
      failedMessageIds: [],
    });
    expect(
      alerts()
        .map(({ source, labels }) => `${source.name} ${source.id} ${String(labels['account'])}`)
        .toSorted(),
    ).toEqual([
      'aws-guardduty src_awsGuardduty 111122223333',
      'aws-macie src_awsMacie 111122223333',
      'aws-root-login src_awsRootLogin 111122223333',
    ]);
    expect(world.enqueued.map(({ authenticated_by: by }) => by)).toEqual([
      'aws-event',
      'aws-event',
      'aws-event',
    ]);
    expect(world.observed.map(([, { hours }]) => hours[0]?.accepted)).toEqual([1, 1, 1]);
    const source = await dynamodbConfigStore(db).find('source', 'aws-macie');
    expect(source).toMatchObject({ auth: { type: 'aws-event', event: 'macie' }, noDataAlarm: 'off' });
  });

  test('that come twice are accepted once', async () => {
    await handle(event('config'));
    await handle(event('config'));
    // The second is enqueued once more under the ids of the first, which the router knows.
    const [first, second] = world.enqueued;
    expect(second).toMatchObject({ is_repeat: true, request_id: first?.request_id });
    expect(second?.alerts.map(({ id }) => id)).toEqual(first?.alerts.map(({ id }) => id));
  });

  test('of the same finding have the same key, whatever their id', async () => {
    const again = {
      ...(JSON.parse(event('inspector')) as object),
      id: 'another',
      time: '2026-03-02T12:00:00Z',
    };
    await handle(event('inspector'), JSON.stringify(again));
    const [first, second] = alerts();
    expect(second?.dedup_key).toBe(first?.dedup_key);
    expect(second?.id).not.toBe(first?.id);
  });

  test('of no service that has a source of its own become alerts of aws-other', async () => {
    await handle(
      JSON.stringify({
        id: 'x',
        source: 'my.app',
        'detail-type': 'Key Rotated',
        account: '1',
        detail: { key: 'k' },
      }),
    );
    expect(alerts()[0]).toMatchObject({ source: { name: 'aws-other' }, title: 'Key Rotated' });
  });

  test.each([
    ['that is no JSON', 'not JSON at all {'],
    ['that says nothing', '{}'],
  ])('one %s lies down with its reason and is told, and its message goes', async (_what, body) => {
    const answer = await handle(body);
    const nobodyIsTold = alerts().length === 0;
    expect(answer).toEqual({ failedMessageIds: [] });
    expect(nobodyIsTold).toBe(false);
    const isSystem = alerts()[0]?.type === 'tocsin.dead-letter';
    // Either it is an alert as it stands, or it is a letter that an alert tells of.
    expect(world.letters).toHaveLength(isSystem ? 1 : 0);
    if (isSystem) expect(world.letters[0]).toMatchObject({ body, reason: 'unreadable-event' });
  });

  test('of which one finding can be no alert give the others, and lie down whole', async () => {
    const given = JSON.parse(event('security-hub')) as { detail: { findings: object[] } };
    const [finding] = given.detail.findings;
    let deep: object = {};
    for (let level = 0; level < 70; level += 1) deep = { deep };
    const body = JSON.stringify({
      ...given,
      detail: { findings: [finding, { ...finding, Id: 'deep', deep }] },
    });
    expect(await handle(body)).toEqual({ failedMessageIds: [] });
    const types = alerts().map(({ type }) => type);
    expect(types.filter((type) => type === 'tocsin.dead-letter')).toHaveLength(1);
    expect(world.letters).toMatchObject([{ body, reason: 'unreadable-event' }]);
  });

  test('come back while the queue of alerts is down, one by one', async () => {
    world.isQueueDown = true;
    expect(await handle(event('backup'), event('health'))).toEqual({ failedMessageIds: ['m-0', 'm-1'] });
    world.isQueueDown = false;
    expect(await handle(event('backup'), event('health'))).toEqual({ failedMessageIds: [] });
    expect(world.letters).toEqual([]);
    expect(alerts()).toHaveLength(2);
  });

  test('for a source that is disabled are dropped, and counted as refused', async () => {
    const store = dynamodbConfigStore(db);
    await handle(event('access-analyzer'));
    const before = await store.find('source', 'aws-access-analyzer');
    if (before === undefined) throw new Error('the source is missing');
    await store.update('source', before, { ...before, isEnabled: false });
    world.enqueued = [];
    const again = { ...(JSON.parse(event('access-analyzer')) as object), id: 'another' };
    expect(await handle(JSON.stringify(again))).toEqual({ failedMessageIds: [] });
    expect([world.enqueued, world.letters]).toEqual([[], []]);
    expect(world.observed.at(-1)?.[1].lastRefusal).toMatchObject({ cause: 'source-disabled' });
    // The watcher, and every function that starts anew, would make the source where there is none: this one stays as it is.
    await dynamodbAwsSources({ ...db, clock: clockAt(NOW) }).ensure('access-analyzer');
    expect(await store.find('source', 'aws-access-analyzer')).toMatchObject({ isEnabled: false });
  });

  test('keep the name that an operator gave their source, and take another where that is taken', async () => {
    const store = dynamodbConfigStore(db);
    await handle(event('guardduty'));
    const source = await store.find('source', awsSourceId('guardduty'));
    if (source === undefined) throw new Error('the source is missing');
    await store.update('source', source, { ...source, name: 'detector' });
    await store.create('source', { ...source, id: 'src_own', name: 'aws-health' });
    const health = await store.locate('source', awsSourceId('health'));
    if (health !== undefined) await store.delete(health);
    await handle(event('guardduty'), event('health'));
    expect((await store.find('source', awsSourceId('guardduty')))?.name).toBe('detector');
    expect((await store.find('source', awsSourceId('health')))?.name).toMatch(/^aws-health/u);
  });
});

test.each(['src_awsGuardduty', 'src_awsOther'])(
  'a request over HTTP is never taken for %s, and leaves no trace',
  async (sourceId) => {
    await handle(event('guardduty'));
    world.enqueued = [];
    const request = {
      sourceId,
      method: 'POST',
      target: `/v1/ingest/${sourceId}`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(event('guardduty')),
    };
    let isAsked = false;
    const given: IngestPorts = ports();
    const sources = {
      find: async (id: string) => {
        isAsked = true;
        return given.sources.find(id);
      },
    };
    await expect(ingestAlerts(request, { ...given, sources })).rejects.toMatchObject({
      code: 'unauthorized',
    });
    expect(isAsked).toBe(false);
    expect(world.enqueued).toEqual([]);
  },
);

test('the door takes nothing for a source of requests', async () => {
  const given: IngestPorts = ports();
  const request = {
    via: 'aws-event' as const,
    sourceId: 'src_own',
    method: 'POST',
    target: '/aws-events',
    headers: {},
    body: Buffer.from(event('guardduty')),
  };
  await expect(ingestAlerts(request, given)).rejects.toMatchObject({ code: 'unauthorized' });
});
