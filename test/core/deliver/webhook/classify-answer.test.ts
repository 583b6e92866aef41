import { describe, expect, test } from 'vitest';
import { classifyAnswer } from '../../../../functions/core/deliver/webhook/classify-answer.ts';
import type { HttpAnswer } from '../../../../functions/core/deliver/ports.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');
const response = (status: number, retryAfter?: string): HttpAnswer => ({
  answer: 'response',
  status,
  bodyStart: new Uint8Array(),
  phasesMs: {},
  ...(retryAfter !== undefined && { retryAfter }),
});

/** Everything that is not listed is a rejection. */
const EXPECTED = new Map<number, string>([
  ...range(200, 299, 'delivered'),
  ...range(300, 399, 'failed receiver-redirected'),
  ...range(500, 599, 'retry receiver-error'),
  [408, 'retry receiver-busy'],
  [425, 'retry receiver-busy'],
  [429, 'retry receiver-busy'],
  [410, 'failed receiver-gone'],
]);

function range(from: number, to: number, outcome: string): [number, string][] {
  return Array.from({ length: to - from + 1 }, (_, index) => [from + index, outcome]);
}

const words = (answer: HttpAnswer) => {
  const verdict = classifyAnswer(answer, NOW_MS);
  return 'reason' in verdict ? `${verdict.verdict} ${verdict.reason}` : verdict.verdict;
};

test.each([0, 99, ...Array.from({ length: 500 }, (_, index) => index + 100), 600, 999])(
  'status %i has one meaning',
  (status) => {
    expect(words(response(status))).toBe(EXPECTED.get(status) ?? 'failed receiver-rejected');
  },
);

describe('Retry-After', () => {
  test.each([408, 425, 429, 500, 503, 599])('is heeded with status %i', (status) => {
    expect(classifyAnswer(response(status, '90'), NOW_MS)).toMatchObject({ retryAfterMs: 90_000 });
    expect(classifyAnswer(response(status, 'junk'), NOW_MS)).not.toHaveProperty('retryAfterMs');
  });

  test.each([200, 301, 404, 410])('means nothing with status %i', (status) => {
    expect(classifyAnswer(response(status, '90'), NOW_MS)).not.toHaveProperty('retryAfterMs');
  });
});

test.each([
  ['timeout', 'retry timeout'],
  ['dns-failed', 'retry dns-failed'],
  ['connection-failed', 'retry connection-failed'],
  ['tls-failed', 'retry tls-failed'],
  ['refused-address', 'failed refused-url'],
  ['unusable-certificate', 'failed unusable-certificate'],
] as const)('no answer, %s: %s', (answer, outcome) => {
  expect(words({ answer, detail: '', phasesMs: {} })).toBe(outcome);
});
