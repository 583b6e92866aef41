import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findWebhookFormat } from '../../functions/core/deliver/webhook/formats/index.ts';
import { SEVERITIES } from '../../functions/core/model/wire/severity.ts';
import { anAlert, GOLDEN_ALERT, GOLDEN_CONTEXT } from '../core/deliver/webhook/formats/golden.ts';

/** `pagerduty-model.go`, built beside `go get github.com/PagerDuty/go-pagerduty@v1.8.0`. */
const MODEL = process.env['TOCSIN_PAGERDUTY_MODEL'];
const why =
  MODEL === undefined ? ' (skipped: set TOCSIN_PAGERDUTY_MODEL to the built pagerduty-model.go)' : '';

const ALERTS = [
  GOLDEN_ALERT,
  anAlert(),
  { ...GOLDEN_ALERT, status: 'resolved' as const },
  { ...GOLDEN_ALERT, status: 'dismissed' as const, dismissal: { reason: 'known', by: 'ana' } },
  ...SEVERITIES.map((severity) => anAlert({ severity })),
];

const problemsOf = (bodies: readonly unknown[]): string[] =>
  JSON.parse(execFileSync(MODEL ?? '', { input: JSON.stringify(bodies), encoding: 'utf8' })) as string[];

describe.skipIf(MODEL === undefined)(`PagerDuty's own client for Go${why}`, () => {
  it('knows every field of every event', () => {
    const bodies = ALERTS.map(
      (alert) => JSON.parse(findWebhookFormat('pagerduty')?.render(alert, GOLDEN_CONTEXT) ?? '') as unknown,
    );
    expect(problemsOf(bodies)).toEqual(bodies.map(() => ''));
  });

  it('and complains about a field that it does not have', () => {
    const event = { event_action: 'trigger', payload: { summary: 'a', severity: 'error', source: 'b' } };
    const [one, other] = problemsOf([event, { ...event, surplus: 1 }]);
    expect(one).toBe('');
    expect(other).toContain('surplus');
  });
});
