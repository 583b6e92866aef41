import { CANARY_SOURCE_ID } from '../../core/model/wire/alert.ts';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, type MetricName } from '../../core/model/wire/metrics.ts';

type Fields = Record<string, unknown>;
type Values = Partial<Record<MetricName, unknown>>;

/** What each event counts. An event that is not here counts nothing. */
type Counted = Readonly<Record<string, (fields: Fields) => Values>>;

export const ALERTS_COUNTED: Counted = {
  'alert.accepted': ({ accepted }) => ({ Accepted: accepted }),
  'alert.accepted-late': ({ accepted }) => ({ Accepted: accepted }),
  'alert.routed': ({ alerts }) => ({ Routed: alerts }),
};

export const CANARIES_COUNTED: Counted = {
  'canary.received': ({ latencyMs, isFirst }) => (isFirst === true ? { CanaryLatency: latencyMs } : {}),
};

/** The same without the canaries, which are nobody's alerts. */
export function withoutCanaries(counted: Counted): Counted {
  return Object.fromEntries(
    Object.entries(counted).map(([event, values]) => [
      event,
      (fields: Fields) => (fields['sourceId'] === CANARY_SOURCE_ID ? {} : values(fields)),
    ]),
  );
}

export const DELIVERIES_COUNTED: Counted = {
  'delivery.attempted': ({ result, deliveries, latencyMs }) => {
    if (result === 'delivered') return { Delivered: deliveries, DeliveryLatency: latencyMs };
    if (result === 'retry') return { Failed: deliveries };
    return result === 'suppressed' ? { Suppressed: deliveries } : {};
  },
  'delivery.dead-lettered': ({ deliveries }) => ({ Failed: deliveries, DeadLettered: deliveries }),
};

/** Whose metrics, and of which events. */
export type Metrics = { stack: string; counted: Counted };

/**
 * What makes metrics of a line of the log, in CloudWatch's embedded metric format; nothing where the event counts nothing.
 *
 * `{"_aws": {…}, "stack": "Tocsin", "Delivered": 2, "DeliveryLatency": [812, 809]}` beside the fields of the event, of which
 * `destinationId` is the second dimension. A value may be a list, of which CloudWatch counts each number; it may have
 * 100 of them, and no batch has more than ten deliveries.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * ("Target members", read 2026-11-27 in a stored copy)
 */
export function metricsOf({ stack, counted }: Metrics, event: string, fields: Fields, nowMs: number): Fields {
  const values = Object.entries(counted[event]?.(fields) ?? {}).filter(([, value]) => value);
  if (values.length === 0) return {};
  const dimensions = [METRIC_DIMENSIONS.slice(0, 1)];
  if (fields['destinationId'] !== undefined) dimensions.push(METRIC_DIMENSIONS);
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: dimensions,
          // No unit: it would be two thirds more of this list, and changes no sum.
          Metrics: values.map(([Name]) => ({ Name })),
        },
      ],
    },
    stack,
    ...Object.fromEntries(values),
  };
}
