import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runGateway, type Accepted, type CreatedSource, type RunningGateway } from './running-gateway.ts';

/** The official client of CloudEvents, sending as its own documentation shows. */
const PATIENCE = { timeout: 20_000, interval: 200 };
let gateway: RunningGateway;
let source: CreatedSource;
let headers: Record<string, string>;

beforeAll(async () => {
  gateway = await runGateway();
  source = await gateway.tocsin('source', 'create', '--name', 'events', '--format', 'cloudevents');
  headers = { authorization: `Bearer ${source.secret}` };
});
afterAll(async () => {
  await gateway.close();
});

const anEvent = (id: string, given: Record<string, unknown> = {}) =>
  new CloudEvent({
    id,
    source: '/scanner/eu',
    type: 'com.example.scan.finding',
    subject: 'host/web-1',
    data: { title: 'Port 22 is open to the world', severity: 'high', port: 22 },
    ...given,
  });

/** What the gateway answered, from what the transport gives its caller. */
const accepted = (answer: unknown): Accepted => JSON.parse((answer as { body: string }).body) as Accepted;

/** The alert once a router has stored it. */
const shown = async ({ alert_ids: [id = ''] }: Accepted): Promise<unknown> =>
  vi.waitFor(async () => {
    const found = await gateway.tocsin<{ routing: string }>('alerts', 'show', id);
    expect(found.routing).not.toBe('waiting');
    return found;
  }, PATIENCE);

it.each([Mode.BINARY, Mode.STRUCTURED])('an event in %s mode is an alert with what it says', async (mode) => {
  const emit = emitterFor(httpTransport(source.url), { mode });
  const answer = accepted(await emit(anEvent(`one-${mode}`), { headers }));
  expect(answer).toMatchObject({ accepted: 1, duplicates: 0 });
  expect(await shown(answer)).toMatchObject({
    alert: {
      title: 'Port 22 is open to the world',
      severity: 'high',
      type: 'com.example.scan.finding',
      details: { port: 22 },
    },
  });
});

it('two events with equal data are two alerts, and the same event again is none', async () => {
  const emit = emitterFor(httpTransport(source.url), { mode: Mode.BINARY });
  expect(accepted(await emit(anEvent('first'), { headers })).accepted).toBe(1);
  expect(accepted(await emit(anEvent('second'), { headers })).accepted).toBe(1);
  expect(accepted(await emit(anEvent('second'), { headers }))).toMatchObject({ accepted: 0, duplicates: 1 });
});

it('a batch is as many alerts', async () => {
  const events = ['a', 'b', 'c'].map(
    (id) => JSON.parse(HTTP.structured(anEvent(id)).body as string) as unknown,
  );
  const answer = await fetch(source.url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });
  expect(answer.status).toBe(202);
  expect(((await answer.json()) as Accepted).accepted).toBe(3);
});

it('data that is text, and text that is sent as bytes, can be read', async () => {
  const emit = emitterFor(httpTransport(source.url), { mode: Mode.STRUCTURED });
  const text = accepted(
    await emit(anEvent('text', { datacontenttype: 'text/plain', data: 'disk is full' }), { headers }),
  );
  expect(JSON.stringify(await shown(text))).toContain('disk is full');
  const bytes = anEvent('bytes', {
    datacontenttype: 'application/octet-stream',
    data: Uint8Array.from(Buffer.from('no space is left')),
  });
  const answer = accepted(await emit(bytes, { headers }));
  expect(answer.accepted).toBe(1);
  expect(JSON.stringify(await shown(answer))).toContain('no space is left');
});
