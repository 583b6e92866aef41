import { expect, it } from 'vitest';
import { answerHandshake } from '../../../functions/core/ingest/answer-handshake.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';

const SOURCE: Source = {
  id: 'src_a',
  name: 'a',
  auth: { type: 'bearer' },
  format: 'okta',
  streamType: 'auto',
  defaultSeverity: 'medium',
  dedupWindowSeconds: 60,
  isEnabled: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const CHALLENGE = { 'x-okta-verification-challenge': 'abc' };
const ORIGIN = { 'webhook-request-origin': 'example.com' };

it.each<[string, Source | undefined, string, Record<string, string>, number | undefined]>([
  ['the challenge of Okta', SOURCE, 'GET', CHALLENGE, 200],
  ['the origin check of CloudEvents', { ...SOURCE, format: 'cloudevents' }, 'OPTIONS', ORIGIN, 200],
  ['a challenge to a source of another format', { ...SOURCE, format: 'github' }, 'GET', CHALLENGE, undefined],
  ['a challenge to a disabled source', { ...SOURCE, isEnabled: false }, 'GET', CHALLENGE, undefined],
  ['a challenge to nobody', undefined, 'GET', CHALLENGE, undefined],
  ['a GET without a challenge', SOURCE, 'GET', {}, undefined],
  ['an alert', SOURCE, 'POST', CHALLENGE, undefined],
])('%s', async (_what, source, method, headers, status) => {
  const answer = await answerHandshake(
    { sourceId: 'src_a', method, headers },
    { find: async () => Promise.resolve(source) },
  );
  expect(answer?.status).toBe(status);
});
