import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { askedByQueues, planConcurrency } from '../../cdk/concurrency.ts';
import { NEW_ACCOUNT_QUOTA } from '../../functions/core/config/settings/deployment-settings.ts';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { aStack, aTemplate, propertiesOf } from './a-template.ts';
import type { Properties } from './a-template.ts';

const QUOTAS = [10, 11, 20, 33, 50, 69, 70, 100, 150, 283, 284, 500, 1_000, 1_001, 3_000, 100_000];

function forQueues(concurrency: number): number {
  return askedByQueues(planConcurrency(concurrency));
}

describe('the executions that are shared out', () => {
  test.each(QUOTAS)(
    'of %i are never more than there are, and each queue has the two that AWS asks for',
    (quota) => {
      const { reservedForIngest = 0, ...queues } = planConcurrency(quota);
      expect(forQueues(quota) + reservedForIngest).toBeLessThanOrEqual(quota);
      for (const share of Object.values(queues)) expect(share).toBeGreaterThanOrEqual(2);
    },
  );

  test.each(QUOTAS.filter((quota) => quota > NEW_ACCOUNT_QUOTA))(
    'of %i leave some for ingestion',
    (quota) => {
      expect(forQueues(quota)).toBeLessThan(quota);
    },
  );

  test.each(QUOTAS)(
    'of %i leave the account the 100 that cannot be reserved, and the queues theirs',
    (quota) => {
      const { reservedForIngest } = planConcurrency(quota);
      if (reservedForIngest !== undefined) {
        expect(quota - reservedForIngest).toBeGreaterThanOrEqual(100 + forQueues(quota));
      }
    },
  );

  test('never become fewer when there are more', () => {
    const plans = Array.from({ length: 1_200 }, (_, index) => planConcurrency(index + 10));
    for (const [index, plan] of plans.slice(1).entries()) {
      const before = plans[index] ?? plan;
      for (const [name, share] of Object.entries(plan)) {
        expect(share ?? 0).toBeGreaterThanOrEqual(before[name as keyof typeof before] ?? 0);
      }
    }
  });
});

describe('the template', () => {
  test.each([
    [10, undefined],
    [1_000, 500],
  ])('with a concurrency of %i reserves %s for ingestion and nothing for others', (concurrency, reserved) => {
    const functions: Properties[] = Object.values(
      propertiesOf(aTemplate({ concurrency }), 'AWS::Lambda::Function'),
    );
    const reservations = functions
      .filter((fn) => fn['ReservedConcurrentExecutions'] !== undefined)
      .map((fn): unknown[] => [fn['FunctionName'], fn['ReservedConcurrentExecutions']]);
    expect(reservations).toEqual(reserved === undefined ? [] : [['Tocsin-ingest', reserved]]);
  });

  test('of a new account fits its quota', () => {
    const mappings = Object.values(propertiesOf(aTemplate(), 'AWS::Lambda::EventSourceMapping'));
    const sum = mappings.reduce(
      (total: number, mapping) => total + (mapping['ScalingConfig'].MaximumConcurrency as number),
      0,
    );
    expect(sum).toBeLessThanOrEqual(NEW_ACCOUNT_QUOTA);
  });
});

test.each([
  [10, 1],
  [13, 0],
])('with awsEvents a concurrency of %i is warned of %i times at the synthesis', (concurrency, count) => {
  const stack = aStack({ concurrency, awsEvents: ['guardduty'] });
  const mappings = Object.values(propertiesOf(Template.fromStack(stack), 'AWS::Lambda::EventSourceMapping'));
  const asked = mappings.reduce(
    (total: number, mapping) => total + (mapping['ScalingConfig'].MaximumConcurrency as number),
    0,
  );
  expect(asked >= concurrency).toBe(count === 1);
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('with awsEvents'));
  expect(warnings).toHaveLength(count);
});

test('docs/deploy.md shows the shares as they are', () => {
  const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const rows = Array.from(page.matchAll(/^\| ([\d,]+) \|((?: [\d,]+ \|){5}) ([\d,]+|none) \|$/gm), (row) =>
    row.slice(1).map((cell) => cell.replaceAll(',', '')),
  );
  const shown = rows.map(([concurrency = '', queues = '', reserved = '']) => ({
    concurrency: Number(concurrency),
    queues: queues.split('|').slice(0, -1).map(Number),
    reserved: reserved === 'none' ? undefined : Number(reserved),
  }));
  expect(shown.map(({ concurrency }) => concurrency)).toContain(NEW_ACCOUNT_QUOTA);
  expect(shown).toEqual(
    shown.map(({ concurrency }) => {
      const { reservedForIngest, ...queues } = planConcurrency(concurrency);
      return { concurrency, queues: Object.values(queues), reserved: reservedForIngest };
    }),
  );
});
