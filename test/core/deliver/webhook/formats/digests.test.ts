import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findWebhookFormat } from '../../../../../functions/core/deliver/webhook/formats/index.ts';
import type { Digest, DigestLine, DigestSummary } from '../../../../../functions/core/model/wire/digest.ts';
import { anAlert } from './golden.ts';
import { schemaProblems } from './schema-problems.ts';
import { anyCharacter } from '../../../../any-character.ts';

type Schema = Parameters<typeof schemaProblems>[1];
const FIXTURES = new URL('../../../../fixtures/', import.meta.url);
const CHATS = ['slack', 'microsoft-teams', 'discord'];

const line = (given: Partial<DigestLine> = {}): DigestLine => ({
  title: 'Disk nearly full on web-1',
  source_name: 'prometheus',
  severity: 'high',
  count: 36,
  first_at: '2025-01-15T14:23:02.000Z',
  last_at: '2025-01-15T14:27:40.000Z',
  ...given,
});

const DIGESTS: Record<'window' | 'storm', { digest: Digest; summary: DigestSummary }> = {
  window: {
    digest: {
      id: '5a0c2f3e-7d4b-5e6f-8a9b-0c1d2e3f4a5b',
      kind: 'window',
      opened_at: '2025-01-15T14:23:01.000Z',
      closes_at: '2025-01-15T14:28:01.000Z',
    },
    summary: {
      count: 36,
      first_at: '2025-01-15T14:23:02.000Z',
      last_at: '2025-01-15T14:27:40.000Z',
      severity: 'high',
      by_severity: { high: 30, low: 6 },
      because: ['flood'],
      lines: [line()],
      more_lines: 0,
      more_alerts: 0,
    },
  },
  storm: {
    digest: {
      id: '6b1d3a4f-8e5c-5f7a-9bac-1d2e3f4a5b6c',
      kind: 'storm',
      opened_at: '2025-01-15T14:23:01.000Z',
      closes_at: '2025-01-15T14:28:01.000Z',
    },
    summary: {
      count: 1_250,
      first_at: '2025-01-15T14:23:02.000Z',
      last_at: '2025-01-15T14:27:40.000Z',
      severity: 'critical',
      by_severity: { critical: 2, high: 1_248 },
      because: ['hourly-limit'],
      lines: [
        line({ title: 'Root login', source_name: 'guardduty', severity: 'critical', count: 2 }),
        line({ count: 1_000 }),
      ],
      more_lines: 3,
      more_alerts: 248,
    },
  },
};

const bodyOf = (format: string, { digest, summary }: (typeof DIGESTS)['window']) =>
  findWebhookFormat(format)?.renderDigest?.(
    anAlert({ severity: summary.severity, title: summary.lines[0]?.title ?? '' }),
    digest,
    summary,
  ) ?? '';

describe.each(CHATS)('a digest in %s', (format) => {
  const schema = JSON.parse(
    readFileSync(new URL(`../../docs/reference/bodies/${format}.schema.json`, FIXTURES), 'utf8'),
  ) as Schema;
  const full = (text: string) => {
    const lines = Array.from({ length: 20 }, () => line({ title: text, source_name: text, count: 123_456 }));
    return { ...DIGESTS.storm, summary: { ...DIGESTS.storm.summary, lines } };
  };

  it.each(['window', 'storm'] as const)('of a %s is the golden bytes, and what the vendor takes', (kind) => {
    const body = bodyOf(format, DIGESTS[kind]);
    expect(body).toBe(readFileSync(new URL(`webhook-digests/${format}-${kind}.json`, FIXTURES), 'utf8'));
    expect(schemaProblems(JSON.parse(body), schema)).toEqual([]);
  });

  it('says how many, why, how grave, and where all of it is', () => {
    const body = bodyOf(format, DIGESTS.storm).replaceAll('\\', '');
    for (const words of [
      '1,250 alerts held back',
      'nothing was dropped',
      '2 critical, 1,248 high',
      '3 more kinds',
    ]) {
      expect(body).toContain(words);
    }
    expect(body).toContain(`deliveries list --digest ${DIGESTS.storm.digest.id}`);
  });

  it.each(['*'.repeat(120), '<&>'.repeat(40), '𝒳'.repeat(60), '@everyone '.repeat(12)])(
    'with twenty long lines of %s stays within the limits of the vendor',
    (text) => {
      const body = bodyOf(format, full(text));
      expect(schemaProblems(JSON.parse(body), schema)).toEqual([]);
      expect(Math.max(Buffer.byteLength(body), 2 * body.length)).toBeLessThan(27_000);
    },
  );

  it('takes any text of a sender, and mentions nobody', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (text) => {
        const body = bodyOf(format, full(`<!channel> @everyone ${text}`));
        expect(schemaProblems(JSON.parse(body), schema)).toEqual([]);
        // Teams knows mentions only as entities that we would have to add.
        if (format === 'slack') expect(body).not.toContain('<!channel>');
        if (format === 'discord') expect(body).not.toContain('@everyone');
      }),
      { numRuns: 60 },
    );
  });
});

it('a format that no person reads has no message of its own for a digest', () => {
  expect(findWebhookFormat('pagerduty')).not.toHaveProperty('renderDigest');
});
