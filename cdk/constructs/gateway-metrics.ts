import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Duration } from 'aws-cdk-lib/core';
import {
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  type MetricName,
} from '../../functions/core/model/wire/metrics.ts';

/** A metric of the log's lines, summed over all destinations of a stack. */
export function ofStack(
  metricName: MetricName,
  {
    stack,
    period,
    label,
    statistic = 'Sum',
  }: { stack: string; period: Duration; label?: string; statistic?: string },
): IMetric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { stack },
    period,
    statistic,
    ...(label !== undefined && { label }),
  });
}

/** One line for each destination that has the metric. The destinations are not known at deployment, so it is a search. */
export function byDestination(
  metricName: MetricName,
  { stack, period, statistic }: { stack: string; period: Duration; statistic: string },
): IMetric {
  const schema = [METRIC_NAMESPACE, ...METRIC_DIMENSIONS].join(',');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metricName}" stack="${stack}"', '${statistic}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
}
