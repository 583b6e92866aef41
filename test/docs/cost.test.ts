import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planConcurrency } from '../../cdk/concurrency.ts';
import { aTemplate, PRIVATE_NETWORK, propertiesOf } from '../cdk/a-template.ts';

const page = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');

/** The rows of the table below a heading. */
function rowsOf(heading: string): string[][] {
  const [, section = ''] = new RegExp(`^## ${heading}$([^]*?)(?=^## |(?![^]))`, 'mu').exec(page) ?? [];
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('*', '')),
  );
}

describe.each(['A month in which nothing happens', 'A million alerts', 'Private receivers'])(
  'the table of: %s',
  (heading) => {
    const rows = rowsOf(heading);
    const sum = rows.at(-1);
    const parts = rows.slice(0, -1);

    test.each(parts)('%s: %s at %s are %s', (_, count, price, product) => {
      expect((Number(count) * Number(price)).toFixed(2)).toBe(product);
    });

    test('has the right sum', () => {
      expect(parts.length).toBeGreaterThan(2);
      expect(parts.reduce((all, row) => all + Number(row[3]), 0).toFixed(2)).toBe(sum?.[3]);
    });
  },
);

test('the alarms of the template watch as many metrics as the page says', () => {
  const metricsOf = (template: ReturnType<typeof aTemplate>): number =>
    Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'))
      .map(({ Metrics }) =>
        Array.isArray(Metrics) ? Metrics.filter((metric: object) => 'MetricStat' in metric).length : 1,
      )
      .reduce((a, b) => a + b, 0);
  const usual = metricsOf(aTemplate());
  expect(rowsOf('A month in which nothing happens')[0]?.[1]).toBe(String(usual));
  const more = metricsOf(aTemplate({ privateNetwork: PRIVATE_NETWORK })) - usual;
  expect(rowsOf('Private receivers')[1]?.[1]).toBe(String(more));
});

test('what it bears follows from the plan of the executions', () => {
  const rows = rowsOf('What it bears').map(([concurrency = '', atATime, inASecond]) => [
    Number(concurrency.replaceAll(/[^\d]/gu, '')),
    Number(atATime),
    Number(inASecond?.replaceAll(',', '')),
  ]);
  for (const [concurrency = 0, atATime, inASecond] of rows) {
    const { webhook, webhookRetry } = planConcurrency(concurrency);
    expect([atATime, inASecond]).toEqual([10 * (webhook + webhookRetry), 10 * (webhook + webhookRetry) * 5]);
  }
  expect(rows).toHaveLength(2);
});
