import { describe, expect, test } from 'vitest';
import { acceptOnce, refuseWithoutAlert } from '../../../functions/core/ingest/accept-once.ts';
import { generic } from '../../../functions/core/ingest/formats/generic.ts';
import { grafana } from '../../../functions/core/ingest/formats/grafana.ts';
import type { RequestRecord } from '../../../functions/core/ingest/ports.ts';
import type { RequestNames } from '../../../functions/core/ingest/read-records.ts';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import { anAlert } from '../../adapters/records.ts';
import { aSource } from './a-request.ts';

const AT = '2026-01-15T14:23:01.000Z';
const FIRST = { requestId: 'first', receivedAt: AT };
const NOW = { requestId: 'now', receivedAt: '2026-01-15T14:24:00.000Z' };

/** Accepts one request with one alert, whose id is that of the request, where `earlier` is remembered. */
async function accept(earlier?: Partial<RequestRecord>, format = generic) {
  const calls: string[] = [];
  const enqueued: AcceptedAlerts[] = [];
  const read = ({ requestId }: RequestNames) => ({ alerts: [anAlert({ id: requestId })], rejected: [] });
  const ended = acceptOnce(
    {
      proven: { source: aSource(), format },
      identity: { key: 'body:abc', contentSha256: 'abc', windowSeconds: 60 },
      names: NOW,
      first: read(NOW),
      read,
    },
    {
      ledger: {
        claim: async ({ key, requestId, indexes }) => {
          calls.push(`claim ${key} ${requestId} ${JSON.stringify(indexes)}`);
          return earlier === undefined
            ? {}
            : { earlier: { ...FIRST, bodySha256: 'abc', isConfirmed: false, ...earlier } };
        },
        confirm: async (_, key) => void calls.push(`confirm ${key}`),
        widen: async (_, key, __, { indexes }) => void calls.push(`widen ${key} ${JSON.stringify(indexes)}`),
      },
      alerts: {
        enqueue: async (accepted) => {
          calls.push(`enqueue ${accepted.request_id}`);
          enqueued.push(accepted);
        },
      },
    },
  );
  return { calls, enqueued, ended: await ended.catch((error: unknown) => error) };
}

describe('a request', () => {
  test('that is the first of its kind is remembered, and then enqueued', async () => {
    const { calls, enqueued, ended } = await accept();
    expect(calls).toEqual(['claim body:abc now [[0,0]]', 'enqueue now']);
    expect(enqueued[0]).not.toHaveProperty('is_repeat');
    expect(ended).toMatchObject({ requestId: 'now', accepted: 1, duplicates: 0, alertIds: ['now'] });
  });

  test('that may be a group again is marked, since members that did not change are stored', async () => {
    expect((await accept(undefined, grafana)).enqueued).toMatchObject([{ is_repeat: true }]);
  });

  test('that comes again is enqueued under the names of the first time, and is then known to be in the queue', async () => {
    const { calls, enqueued, ended } = await accept({});
    expect(calls.slice(1)).toEqual(['enqueue first', 'confirm body:abc']);
    expect(enqueued).toMatchObject([{ request_id: 'first', is_repeat: true, alerts: [{ id: 'first' }] }]);
    expect(ended).toMatchObject({ requestId: 'first', accepted: 0, duplicates: 1 });
  });

  test('that is known to be in the queue is answered, and enqueued no more', async () => {
    const { calls, ended } = await accept({ isConfirmed: true });
    expect(calls).toHaveLength(1);
    expect(ended).toMatchObject({ requestId: 'first', accepted: 0, duplicates: 1, alertIds: ['first'] });
  });

  test.each([false, true])(
    'that has more alerts than it had, since its source was changed, counts them before they are enqueued (known: %s)',
    async (isConfirmed) => {
      const { calls, enqueued, ended } = await accept({ isConfirmed, alerts: { indexes: [[1, 2]] } });
      expect(calls.slice(1)).toEqual(['widen body:abc [[0,2]]', 'enqueue first', 'confirm body:abc']);
      expect(enqueued).toMatchObject([{ request_id: 'first', is_repeat: true }]);
      expect(ended).toMatchObject({ requestId: 'first', accepted: 1, duplicates: 0 });
    },
  );

  test('that has fewer alerts than it had keeps those that it had', async () => {
    const { calls, ended } = await accept({ alerts: { indexes: [[0, 2]] } });
    expect(calls.slice(1)).toEqual(['enqueue first', 'confirm body:abc']);
    expect(ended).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  test('that has the key of another content is refused', async () => {
    const { calls, ended } = await accept({ bodySha256: 'def' });
    expect(calls).toHaveLength(1);
    expect(ended).toMatchObject({ code: 'idempotency-conflict' });
  });
});

test.each([
  [['schema-mismatch', 'schema-mismatch'], 'schema-mismatch'],
  [['schema-mismatch', 'missing-title'], 'no-valid-record'],
] as const)('without an alert, refusals for %j make %s', (codes, code) => {
  const rejected = codes.map((one, index) => ({ index, code: one, detail: '' }));
  expect(() => refuseWithoutAlert({ alerts: [], rejected })).toThrow(expect.objectContaining({ code }));
  expect(() => refuseWithoutAlert({ alerts: [anAlert()], rejected })).not.toThrow();
});
