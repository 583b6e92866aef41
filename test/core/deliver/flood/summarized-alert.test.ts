import { expect, it } from 'vitest';
import { summarizeDigest } from '../../../../functions/core/deliver/flood/summarize-digest.ts';
import { summarizedAlert } from '../../../../functions/core/deliver/flood/summarized-alert.ts';
import type { DigestSummary } from '../../../../functions/core/model/wire/digest.ts';
import { aMessage } from '../../../adapters/records.ts';

const AT = '2026-01-15T15:00:00.000Z';
const summary = summarizeDigest([
  {
    alertId: 'alert-2',
    key: 'one',
    because: 'flood',
    title: 'Disk broken',
    sourceName: 'ci',
    severity: 'critical',
    count: 3,
    firstAt: AT,
    lastAt: AT,
  },
]) as DigestSummary;
const told = (kind: 'window' | 'storm') => {
  const digest = { id: 'digest-1', kind, opened_at: AT, closes_at: AT };
  return summarizedAlert(aMessage({ digest }), summary);
};

it('the alert of a digest is as grave as its gravest, and as old as its first', () => {
  expect(told('window')).toMatchObject({ severity: 'critical', severity_id: 5, event_time: AT });
});

it('a digest of one finding is called by it, one of many by how many they are', () => {
  expect(told('window').title).toBe('Disk broken');
  expect(told('storm').title).toBe('3 alerts held back and summed up');
});
