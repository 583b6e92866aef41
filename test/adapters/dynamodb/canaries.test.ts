import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbCanaries } from '../../../functions/adapters/dynamodb/canaries.ts';
import { dynamodbCanaryConfiguration } from '../../../functions/adapters/dynamodb/canary-configuration.ts';
import { getConfigItem, queryConfig } from '../../../functions/adapters/dynamodb/config.ts';
import { dynamodbDestinationRegistry } from '../../../functions/adapters/dynamodb/destinations.ts';
import { configKey } from '../../../functions/adapters/dynamodb/keys.ts';
import { dynamodbSourceList, dynamodbSourceRegistry } from '../../../functions/adapters/dynamodb/sources.ts';
import { dynamodbConfigStore } from '../../../functions/adapters/operator/config-store.ts';
import type { Canary } from '../../../functions/core/model/wire/canary.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const aCanary = (id: string, sentAt: string): Canary => ({
  id,
  sent_at: sentAt,
  sent_by: 'schedule',
  with_mail: false,
});
const mark = ({ id, sent_at: sentAt }: Canary) => ({ canary_id: id, sent_at: sentAt });

describe('canaries in the table', () => {
  it('are kept with all that became of them, newest first', async () => {
    const log = dynamodbCanaries(db);
    const first = aCanary('c1', '2026-01-15T15:00:00.000Z');
    const second = aCanary('c2', '2026-01-15T15:05:00.000Z');
    await log.begin(first);
    await log.begin(second);
    await log.answered(mark(first), { took_ms: 12, alert_id: 'a1' });
    await log.heartbeat(mark(first), { took_ms: 5, problem: 'it answered 404; expected a 2xx' });
    expect(await log.received(mark(first), '2026-01-15T15:00:01.000Z')).toBe(true);
    expect(await log.received(mark(first), '2026-01-15T15:00:02.000Z')).toBe(false);
    const whole: Canary = {
      ...first,
      door: { took_ms: 12, alert_id: 'a1' },
      heartbeat: { took_ms: 5, problem: 'it answered 404; expected a 2xx' },
      received_at: '2026-01-15T15:00:01.000Z',
    };
    expect(await log.newest(10)).toEqual([second, whole]);
    expect(await log.newest(1)).toEqual([second]);
    expect(await log.find(mark(first))).toEqual(whole);
  });

  it('have a receipt though their first write was lost', async () => {
    const log = dynamodbCanaries(db);
    const lost = aCanary('c3', '2026-01-15T15:10:00.000Z');
    expect(await log.received(mark(lost), '2026-01-15T15:10:01.000Z')).toBe(true);
    expect((await log.find(mark(lost)))?.received_at).toBe('2026-01-15T15:10:01.000Z');
  });

  it('leave behind what the next run has to know', async () => {
    const log = dynamodbCanaries(db);
    expect(await log.state()).toEqual({ alarms: {} });
    const alarm = { phase: 'routed', since: 's', raised_at: 'r', alert_id: 'a' } as const;
    await log.mailedOn('2026-01-15');
    await log.keepAlarm('path', alarm);
    await log.keepAlarm('mail', { ...alarm, phase: 'mail' });
    await log.keepAlarm('mail', undefined);
    expect(await log.state()).toEqual({ mailed_on: '2026-01-15', alarms: { path: alarm } });
    await log.keepAlarm('path', undefined);
    expect(await log.state()).toEqual({ mailed_on: '2026-01-15', alarms: {} });
  });
});

describe('the source and the destinations of the canary', () => {
  const clock = clockAt('2026-01-15T15:00:00.000Z');
  const configuration = (receiveUrl = 'https://alerts.example/v1/canary') =>
    dynamodbCanaryConfiguration({ ...db, clock, receiveUrl });
  const ids = [
    ['source', 'src_tocsinCanary'],
    ['destination', 'dst_tocsinCanary'],
    ['destination', 'dst_tocsinCanaryMail'],
  ] as const;

  it('are made once, and are read like all others', async () => {
    await configuration().ensure();
    const made = await Promise.all(ids.map(async ([kind, id]) => getConfigItem(db, kind, id)));
    expect(made.map((item) => item?.['revision'])).toEqual([1, 1, 1]);
    await configuration().ensure();
    expect(await Promise.all(ids.map(async ([kind, id]) => getConfigItem(db, kind, id)))).toEqual(made);
    expect((await dynamodbSourceRegistry(db).find('src_tocsinCanary'))?.auth.type).toBe('hmac');
    expect((await dynamodbDestinationRegistry(db).find('dst_tocsinCanaryMail'))?.channel).toBe('email');
  });

  it('are mended when somebody damaged them, and follow the URL', async () => {
    await db.client.call('PutItem', {
      TableName: db.table,
      Item: { ...configKey('source', 'src_tocsinCanary'), schema_version: 1, config: { auth: 'none' } },
    });
    await configuration('https://other.example/v1/canary').ensure();
    expect((await dynamodbSourceRegistry(db).find('src_tocsinCanary'))?.auth.type).toBe('hmac');
    expect(await dynamodbDestinationRegistry(db).find('dst_tocsinCanary')).toMatchObject({
      url: 'https://other.example/v1/canary',
    });
  });

  it('are in no list, and nobody finds them to change them', async () => {
    expect(await queryConfig(db, 'destination')).toEqual([]);
    expect(await dynamodbSourceList(db).list()).toEqual({ sources: [], unreadable: [] });
    const store = dynamodbConfigStore(db);
    for (const [kind, id] of ids) {
      expect(await store.locate(kind, id)).toBeUndefined();
      expect(await store.find(kind, id)).toBeUndefined();
    }
    expect(await store.locate('source', 'tocsin-canary')).toBeUndefined();
  });
});
