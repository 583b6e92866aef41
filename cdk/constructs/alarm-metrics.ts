import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnRule, IRule } from 'aws-cdk-lib/aws-events';
import { Duration } from 'aws-cdk-lib/core';
import type { GatewayFunctions } from './gateway-functions.ts';
import { ofStack } from './gateway-metrics.ts';

/** The period that an alarm counts by, unless it watches something that runs less often. */
export const ALARM_PERIOD = Duration.minutes(5);
const period = ALARM_PERIOD;

/** With fewer attempts in a period a percentage says nothing. */
const FEWEST_ATTEMPTS = 10;

/**
 * Events that EventBridge dropped, after 24 hours of tries, or at once where it may not hand them over. A rule on the default
 * bus has this one dimension
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html, from memory).
 */
export function failedInvocations({ ruleName }: IRule): IMetric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { RuleName: ruleName },
    period,
    statistic: 'Sum',
  });
}

/** The failed ones among the attempts of a period, in percent; 0 where there were only a few. */
export function failingAttempts(stack: string): IMetric {
  return new MathExpression({
    expression: `IF(FILL(ok, 0) + FILL(failed, 0) >= ${FEWEST_ATTEMPTS}, 100 * FILL(failed, 0) / (FILL(ok, 0) + FILL(failed, 0)), 0)`,
    usingMetrics: {
      ok: ofStack('Delivered', { stack, period }),
      failed: ofStack('Failed', { stack, period }),
    },
    period,
    label: 'failed attempts (%)',
  });
}

/**
 * Events of these rules that were neither handed over nor put into the dead-letter queue of their target: EventBridge
 * counts those that it could put into neither queue (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html, from
 * memory).
 */
export function undelivered(rules: readonly CfnRule[]): IMetric {
  const search = rules.map(({ name, eventBusName }, index): [string, IMetric] => [
    `m${index}`,
    new Metric({
      namespace: 'AWS/Events',
      metricName: 'InvocationsFailedToBeSentToDlq',
      dimensionsMap: {
        RuleName: name ?? '',
        ...(eventBusName !== undefined && { EventBusName: eventBusName }),
      },
      period,
      statistic: 'Sum',
    }),
  ]);
  return new MathExpression({
    expression: `SUM([${search.map(([id]) => `FILL(${id}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(search),
    period,
    label: 'events lost',
  });
}

/**
 * Chains of invocations that Lambda ended, over all functions but those that may send to themselves. The function of the AWS
 * door comes later and is in no chain, since no function sends to its queue.
 */
export function loopsStopped(functions: GatewayFunctions): IMetric {
  const dropped = functions.byName
    .filter(([, { isLoopStopped }]) => isLoopStopped)
    .map(([, { function: fn }]) =>
      fn.metric('RecursiveInvocationsDropped', { period, statistic: 'Sum', label: fn.functionName }),
    );
  const named = dropped.map((metric, index): [string, IMetric] => [`m${index}`, metric]);
  return new MathExpression({
    // Without FILL a sum is missing wherever one function has nothing to report.
    expression: `SUM([${named.map(([id]) => `FILL(${id}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(named),
    period,
    label: 'chains ended',
  });
}

/** One late canary may have met a cold start or a backlog; so many in a row have not. */
export const CANARIES_WATCHED = 3;

/** How long the fastest of the last canaries took; no data when none arrived. */
export function canaryLatency({ stack, minutes }: { stack: string; minutes: number }): IMetric {
  return ofStack('CanaryLatency', {
    stack,
    period: Duration.minutes(minutes * CANARIES_WATCHED),
    statistic: 'Minimum',
  });
}
