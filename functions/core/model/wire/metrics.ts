/** What the lines of the log carry as metrics, for whoever writes them and whoever draws them. */
export const METRIC_NAMES = [
  'Accepted',
  'Routed',
  'Delivered',
  'Failed',
  'DeadLettered',
  'Suppressed',
  // Milliseconds from the acceptance of the alert to the answer of the receiver.
  'DeliveryLatency',
  // Milliseconds from the sending of a canary to its receipt.
  'CanaryLatency',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export const METRIC_NAMESPACE = 'Tocsin';
/** The fields of a line that are dimensions: the first alone, or both. */
export const METRIC_DIMENSIONS = ['stack', 'destinationId'];
