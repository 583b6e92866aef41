import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../functions/core/errors.ts';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import { aRequest, aSource, codeOf, inMemoryPorts, outcome } from './a-request.ts';
import { anSnsTopic } from './an-sns-topic.ts';

const keyed = (key: string, body: object = { title: 'x' }) =>
  aRequest({ body, headers: { 'idempotency-key': key } });

describe('an accepted request', () => {
  it('answers with an id per alert, after they are in the queue', async () => {
    const { ports, enqueued } = inMemoryPorts();
    const answer = await ingestAlerts(aRequest({ body: [{ title: 'a' }, { title: 'b' }] }), ports);
    expect(answer).toMatchObject({ accepted: 2, duplicates: 0, rejected: [], source: { id: 'src_1' } });
    expect(enqueued.flatMap(({ alerts }) => alerts.map((alert) => alert.id))).toEqual(answer.alertIds);
    expect(enqueued[0]?.request_id).toBe(answer.requestId);
  });

  it('lists the records that were not accepted, by their index', async () => {
    const deep = JSON.parse(`{"title":"x","a":${'['.repeat(64)}${']'.repeat(64)}}`) as object;
    const answer = await ingestAlerts(
      aRequest({ body: [{ title: 'a' }, {}, 5, deep, { title: 'b' }] }),
      inMemoryPorts().ports,
    );
    expect(answer.accepted).toBe(2);
    expect(answer.rejected).toMatchObject([
      { index: 1, code: 'missing-title' },
      { index: 2, code: 'not-an-object' },
      { index: 3, code: 'too-deep' },
    ]);
  });

  it('lists a line that could not be read', async () => {
    const answer = await ingestAlerts(
      aRequest({ body: '{"title":"a"}\n{"title"\n{"title":"b"}' }),
      inMemoryPorts().ports,
    );
    expect(answer).toMatchObject({ accepted: 2, rejected: [{ index: 1, code: 'invalid-json' }] });
  });

  it('is refused whole when no record is good', async () => {
    const { ports, enqueued } = inMemoryPorts();
    expect(await outcome(aRequest({ body: [{}, {}] }), ports)).toMatchObject({
      refusal: { code: 'no-valid-record', rejected: [{ index: 0 }, { index: 1 }] },
    });
    expect(enqueued).toEqual([]);
  });

  it('may be a form with the payload in a field', async () => {
    const { ports, enqueued } = inMemoryPorts();
    const payload = encodeURIComponent('{"title":"100 % of a+b & c"}').replaceAll('%20', '+');
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    for (const body of [`payload=${payload}`, `token=1&payload=${payload}&x=2`]) {
      await ingestAlerts(aRequest({ headers, body }), ports);
    }
    const titles = enqueued.map(({ alerts }) => alerts[0]?.title);
    expect(titles).toEqual(['100 % of a+b & c', '100 % of a+b & c']);
    expect(await codeOf(aRequest({ headers, body: 'payload=%zz' }))).toBe('invalid-json');
    expect(await codeOf(aRequest({ headers, body: 'payload=%ff' }))).toBe('invalid-json');
    expect(await codeOf(aRequest({ headers, body: 'payload=' }))).toBe('empty-body');
  });

  it('may be anything that curl -d calls a form', async () => {
    const { ports, enqueued } = inMemoryPorts();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const body of ['{"title":"a","link":"https://example.com/?x=1&payload=2"}', 'disk full & cpu hot']) {
      await ingestAlerts(aRequest({ headers, body }), ports);
    }
    expect(enqueued.map(({ alerts }) => alerts[0]?.title)).toEqual(['a', 'disk full & cpu hot']);
  });
});

describe('what a body may hold', () => {
  const titled = async (body: string | Uint8Array) => {
    const { ports, enqueued } = inMemoryPorts();
    await ingestAlerts(aRequest({ body }), ports);
    return enqueued[0]?.alerts[0];
  };

  it('does not touch the prototype of anything', async () => {
    const alert = await titled(
      '{"title":"x","__proto__":{"polluted":1},"labels":{"__proto__":"y"},"details":{"constructor":{"prototype":{"polluted":1}}}}',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(alert?.details)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(alert?.labels)).toBe(Object.prototype);
    expect(await codeOf(aRequest({ body: '{"__proto__":{"title":"x"}}' }))).toBe('no-valid-record');
  });

  it('takes the last of two values of a key', async () => {
    expect((await titled('{"title":"first","title":"last"}'))?.title).toBe('last');
  });

  it('keeps the digits of numbers that JavaScript cannot hold', async () => {
    const alert = await titled('{"title":"x","id":9007199254740993,"huge":1e999}');
    expect(alert?.details).toMatchObject({ id: '9007199254740993', huge: '1e999' });
  });

  it('takes an escaped NUL and keeps it out of the title', async () => {
    const alert = await titled('{"title":"a\\u0000b","note":"a\\u0000b"}');
    expect(alert).toMatchObject({ title: 'a b', details: { note: 'a\0b' } });
  });

  it('puts U+FFFD for half a surrogate pair, in values and keys', async () => {
    const alert = await titled('{"title":"a\\ud800b","\\udc00":["\\ud83d"],"back":"\\\\ud800"}');
    expect(alert).toMatchObject({ title: 'a\uFFFDb', details: { '\uFFFD': ['\uFFFD'], back: '\\ud800' } });
    expect((await titled(`{"title":"${'x'.repeat(1_023)}😀"}`))?.title).toBe(`${'x'.repeat(1_023)}\uFFFD`);
  });

  it.each([
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['half a surrogate pair as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ])('is no %s', async (_what, body) => {
    expect(await codeOf(aRequest({ body }))).toBe('invalid-json');
  });

  it('is nested 64 levels deep at most, its record included', async () => {
    const nested = (levels: number) => `{"title":"x","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(await codeOf(aRequest({ body: nested(64) }))).toBe('accepted');
    expect(await codeOf(aRequest({ body: nested(65) }))).toBe('no-valid-record');
    expect(await codeOf(aRequest({ body: `[${nested(64)}]` }))).toBe('accepted');
  });

  it.each(['auto', 'json', 'json-array', 'lines'] as const)(
    'is no 500,000 nested arrays (%s)',
    async (streamType) => {
      const { ports } = inMemoryPorts({ sources: [aSource({ streamType })] });
      const nested = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
      const objects = `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`;
      for (const body of [
        nested,
        `{"title":"x","a":${nested.slice(100, -100)}}`,
        `[${nested.slice(1, -1)}]`,
        objects,
      ]) {
        const code = await codeOf(aRequest({ body }), ports);
        expect(code).toMatch(/^(?:no-valid-record|payload-too-large|invalid-json|accepted)$/u);
        // Only as a line of text is it nothing but text.
        if (code === 'accepted') expect(streamType).toBe('lines');
      }
      const broken = '['.repeat(1_000_000);
      expect(await codeOf(aRequest({ body: broken }), ports)).not.toBe('not-durable');
    },
  );
});

describe('JSON inside of a text', () => {
  const topic = anSnsTopic();
  const sns = (message: string) => topic.sign({ Message: message });
  const world = (format: string) => {
    const memory = inMemoryPorts({ sources: [aSource({ format })], nowMs: Date.now() });
    const signed = { certificate: async () => topic.certificate, confirm: async () => {} };
    return { ...memory, ports: { ...memory.ports, sns: signed } };
  };
  const event = (data: string) => ({
    specversion: '1.0',
    id: '1',
    source: 's',
    type: 't',
    data_base64: Buffer.from(data).toString('base64'),
  });
  const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;

  it.each([
    ['cloudwatch-alarm', sns],
    ['guardduty', sns],
    ['cloudevents', event],
  ])('is read with the same care by %s', async (format, wrap) => {
    const { ports, enqueued } = world(format);
    await ingestAlerts(aRequest({ body: wrap('{"title":"x","id":9007199254740993,"huge":1e999}') }), ports);
    const json = JSON.stringify(enqueued[0]?.alerts);
    expect(json).toContain('"9007199254740993"');
    expect(json).toContain('"1e999"');
  });

  it.each([
    ['cloudwatch-alarm', sns],
    ['cloudevents', event],
  ])('stays a text when it is nested too deep: %s', async (format, wrap) => {
    const { ports } = world(format);
    expect(await codeOf(aRequest({ body: wrap(deep) }), ports)).toBe('accepted');
  });
});

describe('a repeated request', () => {
  it('is answered with the ids of the first time, and enqueued once more in case that failed', async () => {
    const { ports, enqueued } = inMemoryPorts();
    const first = await ingestAlerts(keyed('k', [{ title: 'a' }, {}]), ports);
    const repeats = [];
    for (let time = 0; time < 3; time += 1)
      repeats.push(await ingestAlerts(keyed('k', [{ title: 'a' }, {}]), ports));
    for (const repeat of repeats) {
      expect(repeat).toEqual({ ...first, accepted: 0, duplicates: 1 });
    }
    // The first, and one repetition: after that it is known to be in the queue.
    expect(enqueued.map(({ request_id, is_repeat }) => [request_id, is_repeat])).toEqual([
      [first.requestId, undefined],
      [first.requestId, true],
    ]);
    expect(enqueued[1]?.alerts).toEqual(enqueued[0]?.alerts);
  });

  it('after a 503 stores what the first did not', async () => {
    const { ports, enqueued, failing } = inMemoryPorts({ failing: ['enqueue'] });
    expect(await codeOf(aRequest(), ports)).toBe('not-durable');
    failing.clear();
    expect(await ingestAlerts(aRequest(), ports)).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(enqueued).toHaveLength(1);
  });

  it('is enqueued again while its confirmation could not be written', async () => {
    const { ports, enqueued, failing } = inMemoryPorts({ failing: ['confirm'] });
    await ingestAlerts(aRequest(), ports);
    expect(await codeOf(aRequest(), ports)).toBe('not-durable');
    failing.clear();
    expect(await codeOf(aRequest(), ports)).toBe('accepted');
    expect(enqueued).toHaveLength(3);
  });

  it('takes the records that its source takes by now, also where it was known to be in the queue', async () => {
    const documents = ['{"type":"object","required":["team"]}'];
    const sources = [aSource({ schemas: { isStrict: true, documents } })];
    const { ports, enqueued, failing } = inMemoryPorts({ sources });
    const body = [{ title: 'one' }, { title: 'two', team: 'a' }];
    const send = async () => ingestAlerts(aRequest({ body }), ports);
    const first = await send();
    expect(first).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'schema-mismatch' }] });
    expect(await send()).toMatchObject({ accepted: 0, duplicates: 1 });
    sources.splice(0, 1, aSource());
    failing.add('enqueue');
    expect(await codeOf(aRequest({ body }), ports)).toBe('not-durable');
    failing.clear();
    const again = await send();
    expect(again.alertIds).toHaveLength(2);
    expect(enqueued.at(-1)?.alerts.map(({ id }) => id)).toEqual(again.alertIds);
    expect(await send()).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(enqueued).toHaveLength(3);
  });

  it('is recognised by its body when it has no key, compressed again or not', async () => {
    const { ports } = inMemoryPorts();
    const body = '{"title":"x"}';
    await ingestAlerts(aRequest({ body: gzipSync(body, { level: 1 }) }), ports);
    for (const again of [gzipSync(body, { level: 9 }), body]) {
      expect(await ingestAlerts(aRequest({ body: again }), ports)).toMatchObject({ duplicates: 1 });
    }
    expect(await ingestAlerts(aRequest({ body: '{"title":"x" }' }), ports)).toMatchObject({ accepted: 1 });
  });

  it('is one for as long as the window of its source', async () => {
    const { ports, clock } = inMemoryPorts({ sources: [aSource({ dedupWindowSeconds: 600 })] });
    const send = async () => {
      const { accepted, duplicates } = await ingestAlerts(aRequest(), ports);
      return { accepted, duplicates };
    };
    await send();
    clock.nowMs += 600_000;
    expect(await send()).toEqual({ accepted: 0, duplicates: 1 });
    // The second in which the window ends belongs to it.
    clock.nowMs += 1_000;
    expect(await send()).toEqual({ accepted: 1, duplicates: 0 });
  });

  it('of another source is another request', async () => {
    const { ports } = inMemoryPorts({ sources: [aSource(), aSource({ id: 'src_2' })] });
    await ingestAlerts(keyed('k'), ports);
    expect(await ingestAlerts({ ...keyed('k'), sourceId: 'src_2' }, ports)).toMatchObject({ accepted: 1 });
  });

  it.each(['idempotency-key', 'webhook-id', 'x-github-delivery'])(
    'with the same %s and another body is a conflict',
    async (header) => {
      const { ports, enqueued } = inMemoryPorts({ sources: [aSource({ format: 'github' })] });
      const send = async (action: string) =>
        codeOf(aRequest({ body: { action }, headers: { [header]: 'one', 'x-github-event': 'push' } }), ports);
      expect([await send('a'), await send('a'), await send('b')]).toEqual([
        'accepted',
        'accepted',
        'idempotency-conflict',
      ]);
      expect(enqueued).toHaveLength(2);
    },
  );

  it('goes by Idempotency-Key before webhook-id before the vendor header before the body', async () => {
    const { ports, keys } = inMemoryPorts({ sources: [aSource({ format: 'github' })] });
    const all = { 'x-github-delivery': 'g', 'webhook-id': 'w', 'idempotency-key': 'i' };
    const headers: Record<string, string> = {};
    await ingestAlerts(aRequest({ headers }), ports);
    for (const [name, value] of Object.entries(all)) {
      headers[name] = value;
      await ingestAlerts(aRequest({ headers }), ports);
    }
    expect(keys()).toEqual([
      expect.stringMatching(/^src_1 body:[0-9a-f]{64}$/u),
      'src_1 x-github-delivery:g',
      'src_1 webhook-id:w',
      'src_1 idempotency-key:i',
    ]);
  });

  it.each([
    ['is as long as allowed', 'k'.repeat(255), /^src_1 idempotency-key:k{255}$/u],
    ['is too long', 'k'.repeat(256), /^src_1 idempotency-key:sha256=[0-9a-f]{64}$/u],
    ['holds control characters', 'a\u0001b', /^src_1 idempotency-key:sha256=/u],
    ['is not ASCII', 'schlüssel', /^src_1 idempotency-key:sha256=/u],
    ['is blank', '  ', /^src_1 body:/u],
  ])('has a key that %s', async (_what, key, expected) => {
    const { ports, keys } = inMemoryPorts();
    await ingestAlerts(keyed(key), ports);
    expect(keys()).toEqual([expect.stringMatching(expected)]);
    expect(await ingestAlerts(keyed(key), ports)).toMatchObject({ duplicates: 1 });
  });
});

describe('what fails inside', () => {
  it.each(['sources', 'credential', 'claim', 'enqueue'] as const)(
    'asks the sender to come again: %s',
    async (step) => {
      const { ports } = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })], failing: [step] });
      const request = aRequest({ headers: { authorization: 'Bearer a-secret-of-the-sender-2f9c' } });
      const result = await outcome(request, ports);
      expect(result).toMatchObject({ refusal: { code: 'not-durable', retryAfterSeconds: 5 } });
      expect('refusal' in result && result.refusal.cause).toEqual(new Error(`${step} fails`));
    },
  );
});

describe('the rate of a source', () => {
  it('counts every record, and the default is stricter where anyone can post', async () => {
    const { rateLimit: _, ...unlimited } = aSource();
    const { ports, taken } = inMemoryPorts({
      sources: [
        unlimited,
        { ...unlimited, id: 'src_2', auth: { type: 'bearer' } },
        aSource({ id: 'src_3', rateLimit: { perMinute: 7 } }),
      ],
    });
    const headers = { authorization: 'Bearer a-secret-of-the-sender-2f9c' };
    for (const sourceId of ['src_1', 'src_2', 'src_3']) {
      await ingestAlerts(aRequest({ sourceId, headers, body: [{ title: 'a' }, {}] }), ports);
    }
    expect(taken).toEqual([
      { sourceId: 'src_1', count: 2, perMinute: 60, mayOverdraw: false },
      { sourceId: 'src_2', count: 2, perMinute: 6_000, mayOverdraw: true },
      { sourceId: 'src_3', count: 2, perMinute: 7, mayOverdraw: false },
    ]);
  });

  it('is not used up by those who cannot prove themselves', async () => {
    const { ports, taken } = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] });
    await expect(ingestAlerts(aRequest(), ports)).rejects.toBeInstanceOf(GatewayError);
    expect(taken).toEqual([]);
  });
});
