import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { HealthDelta } from '../../functions/core/model/wire/source-health.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import { ingestHandlerOver } from './ingest-function.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const AT = '2026-03-01T12:00:00.000Z';
const SECRET = 'a-bearer-token-of-some-length';

const SOURCE: Source = {
  id: 'src_1',
  name: 'siem',
  auth: { type: 'bearer' },
  format: 'generic',
  streamType: 'auto',
  defaultSeverity: 'medium',
  dedupWindowSeconds: 60,
  isEnabled: true,
  createdAt: AT,
  updatedAt: AT,
};

function anEvent(
  body: string,
  overrides: { sourceId?: string; token?: string } = {},
): APIGatewayProxyEventV2 {
  const sourceId = overrides.sourceId ?? SOURCE.id;
  return {
    headers: { authorization: `Bearer ${overrides.token ?? SECRET}`, 'content-type': 'application/json' },
    rawPath: `/v1/ingest/${sourceId}`,
    rawQueryString: '',
    pathParameters: { sourceId },
    requestContext: { requestId: 'request', http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}

/** What was observed, after one request. */
async function observedOf(
  event: APIGatewayProxyEventV2,
  faults: {
    isQueueBroken?: boolean;
    isRepeated?: boolean;
    source?: Partial<Source>;
    onError?: (error: unknown) => void;
  } = {},
): Promise<[string, HealthDelta][]> {
  const observed: [string, HealthDelta][] = [];
  const credential = { current: SECRET };
  const handler = ingestHandlerOver({
    sources: {
      find: async (id) => (id === SOURCE.id ? { ...SOURCE, ...faults.source } : undefined),
    },
    secrets: { credential: async () => credential, refresh: async () => undefined },
    ledger: {
      claim: async ({ requestId, bodySha256, receivedAt }) =>
        faults.isRepeated === true
          ? { earlier: { requestId, bodySha256, receivedAt, isConfirmed: true } }
          : {},
      confirm: async () => {},
      widen: async () => {},
    },
    limiter: { take: async () => ({ allowed: true as const }) },
    sns: { certificate: async () => '', confirm: async () => {} },
    alerts: {
      enqueue: async () => {
        if (faults.isQueueBroken === true) throw new Error('queue');
      },
    },
    health: { observe: async (id, delta) => void observed.push([id, delta]) },
    clock: { now: () => NOW },
    ids: { uuid: () => 'request-id' },
    tenantId: 'Tocsin',
  });
  await handler(event).catch((error: unknown) => faults.onError?.(error));
  return observed;
}

const HOUR = NOW / 3_600_000;
const counts = (given: object) => [
  { hour: HOUR, accepted: 0, rejected: 0, authFailures: 0, unclassified: 0, ...given },
];

describe('the health that a request leaves', () => {
  it('counts accepted alerts, refused records, and severities that nobody knows', async () => {
    const body = '[{"title":"a","severity":"high"},{"title":"b","severity":"purple"},{}]';
    expect(await observedOf(anEvent(body))).toEqual([
      [
        'src_1',
        {
          lastAcceptedAt: AT,
          lastRefusal: { at: AT, code: 'missing-title', cause: expect.any(String) as string },
          refusedSample: { at: AT, record: '{}' },
          unknownSeverities: { at: AT, words: ['purple'] },
          hours: counts({ accepted: 2, rejected: 1, unclassified: 1 }),
        },
      ],
    ]);
  });

  it('takes a repetition for a sign of life, and counts its alerts once', async () => {
    const observed = await observedOf(anEvent('{"title":"a","severity":"purple"}'), { isRepeated: true });
    expect(observed).toEqual([['src_1', { lastAcceptedAt: AT, hours: [] }]]);
  });

  it('counts a wrong credential, which is no sign of life', async () => {
    expect(await observedOf(anEvent('{"title":"a"}', { token: 'wrong' }))).toEqual([
      [
        'src_1',
        {
          lastRefusal: { at: AT, code: 'unauthorized', cause: 'wrong-credential' },
          hours: counts({ authFailures: 1 }),
        },
      ],
    ]);
  });

  it('tells a source that is switched off from a wrong credential', async () => {
    const [[, delta] = []] = await observedOf(anEvent('{}'), { source: { isEnabled: false } });
    expect(delta?.lastRefusal?.cause).toBe('source-disabled');
  });

  it.each([
    ['no JSON', '{"title":', 'invalid-json', 1],
    ['no record that is an alert', '[{},{}]', 'missing-title', 2],
  ])('counts a body with %s as rejected', async (_what, body, code, rejected) => {
    const [[, delta] = []] = await observedOf(anEvent(body));
    expect(delta?.lastAcceptedAt).toBeUndefined();
    expect(delta?.lastRefusal?.code).toBe(code);
    expect(delta?.hours).toEqual(counts({ rejected }));
  });

  it.each([
    ['[{"title":"a"},{"title":"b"}]', 'schema-mismatch', 2],
    ['[{"title":"a"},{}]', 'schema-mismatch', 2],
    ['[{"title":"a"},7]', 'no-valid-record', 2],
  ])('counts what a strict source refuses of %s', async (body, code, rejected) => {
    const errors: unknown[] = [];
    const [[, delta] = []] = await observedOf(anEvent(body), {
      source: { schemas: { documents: ['{"required":["host"]}'], isStrict: true } },
      onError: (error) => void errors.push(error),
    });
    expect(errors).toMatchObject([{ code }]);
    expect(delta?.lastRefusal?.code).toBe('schema-mismatch');
    expect(delta?.hours).toEqual(counts({ rejected }));
  });

  it('counts what a lenient source marks', async () => {
    const [[, delta] = []] = await observedOf(anEvent('[{"title":"a"},{"title":"b","host":"c"}]'), {
      source: { schemas: { documents: ['{"required":["host"]}'], isStrict: false } },
    });
    expect(delta?.hours).toEqual(counts({ accepted: 2, unclassified: 1 }));
  });

  it('writes nothing for a source that does not exist: inventing ids must cost nothing', async () => {
    expect(await observedOf(anEvent('{"title":"a"}', { sourceId: 'src_invented' }))).toEqual([]);
  });

  it('says nothing about the sender when the fault is ours', async () => {
    expect(await observedOf(anEvent('{"title":"a"}'), { isQueueBroken: true })).toEqual([]);
  });
});
