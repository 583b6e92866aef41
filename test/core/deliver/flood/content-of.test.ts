import { describe, expect, test } from 'vitest';
import { contentOf } from '../../../../functions/core/deliver/flood/content-of.ts';
import type { Digest, DigestSummary } from '../../../../functions/core/model/wire/digest.ts';
import { aMessage } from '../../../adapters/records.ts';

const AT = '2026-01-15T14:59:00.000Z';
const DIGEST: Digest = { id: 'digest-1', kind: 'storm', opened_at: AT, closes_at: AT };
const SUMMARY: DigestSummary = {
  count: 3,
  first_at: AT,
  last_at: AT,
  severity: 'critical',
  by_severity: { critical: 3 },
  because: ['hourly-limit'],
  lines: [],
  more_lines: 0,
  more_alerts: 0,
};

/** The pages of one digest that nobody joins any more, with what their message asks of them. */
function pages(summary: DigestSummary | undefined) {
  const asked: string[] = [];
  const unused = () => expect.unreachable();
  const digests = {
    summary: async () => summary,
    seal: async (id: string) => void asked.push(`seal ${id}`),
    async *entries() {},
    openPage: unused,
    add: unused,
    keepSummary: unused,
  };
  return { asked, digests };
}

describe('the content of a message', () => {
  test('is its alert', async () => {
    const message = aMessage();
    expect(await contentOf(message, pages(SUMMARY))).toEqual({ alert: message.alert });
    expect(await contentOf(message, undefined)).toEqual({ alert: message.alert });
  });

  test('is what a digest sums up, where it closes one', async () => {
    const content = await contentOf(aMessage({ digest: DIGEST }), pages(SUMMARY));
    expect(content).toMatchObject({
      alert: { severity: 'critical', title: '3 alerts held back and summed up' },
      summary: SUMMARY,
    });
  });

  test.each([
    ['nobody joined', pages(undefined)],
    ['nothing keeps digests any more', undefined],
  ])('is nothing where %s', async (_, floods) => {
    const content = await contentOf(aMessage({ digest: DIGEST }), floods);
    expect(content).toEqual({ verdict: 'settled', reason: 'empty-digest' });
    expect(floods?.asked ?? ['seal digest-1']).toEqual(['seal digest-1']);
  });
});
