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
  'delivery.attempted': ({ result, latencyMs }) => {
    if (result === 'delivered') return { Delivered: 1, DeliveryLatency: latencyMs };
    if (result === 'retry') return { Failed: 1 };
    return result === 'suppressed' ? { Suppressed: 1 } : {};
  },
  'delivery.dead-lettered': () => ({ Failed: 1, DeadLettered: 1 }),
};

/** Whose metrics, and of which events. */
export type Metrics = { stack: string; counted: Counted };

/**
 * What makes metrics of a line of the log, in CloudWatch's embedded metric format; nothing where the event counts nothing.
 *
 * `{"_aws": {…}, "stack": "Tocsin", "Delivered": 1, "DeliveryLatency": 812}` beside the fields of the event, of which
 * `destinationId` is the second dimension.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html (from memory)
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
