import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unwrapped } from '../../../../functions/core/ingest/body/unwrap.ts';
import { ingestAlerts } from '../../../../functions/core/ingest/ingest-alerts.ts';
import { aRequest, aSource, inMemoryPorts } from '../a-request.ts';

const UNWRAP = 'base64json:message.data';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

it('takes the record out of a push of Pub/Sub, and keeps what the envelope says', () => {
  const data = base64('{"title":"a","finding":{"severity":"HIGH"}}');
  expect(unwrapped({ message: { data, messageId: '7' }, subscription: 's' }, UNWRAP)).toEqual({
    push_envelope: { message: { messageId: '7' }, subscription: 's' },
    title: 'a',
    finding: { severity: 'HIGH' },
  });
});

it.each([
  ['no such path', { message: { attributes: {} } }],
  ['another type there', { message: { data: 5 } }],
  ['what is no base64', { message: { data: '{"title":"a"}' } }],
  ['base64 of what is no JSON', { message: { data: base64('disk full') } }],
  ['base64 of an array', { message: { data: base64('[1]') } }],
  [
    'base64 of what is nested too deep',
    { message: { data: base64(`{"a":${'['.repeat(99)}${']'.repeat(99)}}`) } },
  ],
])('leaves a record with %s as it is', (_what, record) => {
  expect(unwrapped(record, UNWRAP)).toBe(record);
});

it('reads a finding of Security Command Center as it is pushed', async () => {
  const path = new URL('../../../fixtures/field/25b-gcp-scc-pubsub-push.json', import.meta.url);
  const fields = { title: 'finding.category', severity: 'finding.severity', link: 'finding.externalUri' };
  const source = aSource({
    format: 'mapping',
    unwrap: UNWRAP,
    mapping: { fields, severityScale: 'words', resolvedWhen: [] },
  });
  const { ports, enqueued } = inMemoryPorts({ sources: [source] });
  await ingestAlerts(aRequest({ body: readFileSync(path) }), ports);
  expect(enqueued[0]?.alerts).toMatchObject([{ title: 'C2: Bad IP', severity: 'high' }]);
});
