import { Duration } from 'aws-cdk-lib/core';

/** The longest one invocation may take, per function. Everything that follows from it is derived here. */
export const TIMEOUTS = {
  // A sender waits for the answer: the code gives up on AWS calls after 3 s and says 503. The rest is for
  // decompressing and parsing the largest body in a cold sandbox.
  ingest: Duration.seconds(10),
  route: Duration.seconds(30),
  // Two reads and a write per source whose condition changed. The next run comes after five minutes.
  watchSources: Duration.seconds(60),
  recordEmailFeedback: Duration.seconds(30),
  // A person waits in front of the page; API Gateway gives up after 30 s.
  unsubscribe: Duration.seconds(10),
  deliverEmail: Duration.seconds(30),
  // A batch runs in parallel and one delivery may take 10 s, then it is recorded and its retry sent.
  deliverWebhook: Duration.seconds(60),
} as const;

/**
 * How long a queue hides a message that is being worked on.
 *
 * Six times the function's timeout leaves room for throttled invocations to be tried again
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
 *
 * 30 s -> 180 s · 60 s -> 360 s
 */
export function visibilityTimeout(consumerTimeout: Duration): Duration {
  return Duration.seconds(6 * consumerTimeout.toSeconds());
}
