import { expect, test } from 'vitest';
import { liveSecrets, singleSecret } from '../../../functions/core/signing/live-secrets.ts';

const AT = '2026-01-15T15:00:00.000Z';
const AT_MS = Date.parse(AT);
const ROTATED = { current: 'new', previous: 'old', previousNotAfter: AT };

test.each([
  ['before the end of the old one', ROTATED, AT_MS - 1, ['new', 'old']],
  ['from its end on', ROTATED, AT_MS, ['new']],
  ['without a rotation', { current: 'new' }, AT_MS, ['new']],
  ['where the end of the old one is not known', { current: 'new', previous: 'old' }, 0, ['new']],
  ['where that is no date', { ...ROTATED, previousNotAfter: 'soon' }, 0, ['new']],
])('%s these secrets count', (_, secret, nowMs, live) => {
  expect(liveSecrets(secret, nowMs)).toEqual(live);
});

test.each([
  ['the new one at once', ROTATED, AT_MS - 1, 'new'],
  ['the old one until the new one begins', { ...ROTATED, currentFrom: AT }, AT_MS - 1, 'old'],
  ['the new one from then on', { ...ROTATED, currentFrom: AT }, AT_MS, 'new'],
  ['the only one, whenever it begins', { current: 'new', currentFrom: AT }, 0, 'new'],
])('with room for one secret: %s', (_, secret, nowMs, single) => {
  expect(singleSecret(secret, nowMs)).toBe(single);
});
