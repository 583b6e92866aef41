import { Duration, Size } from 'aws-cdk-lib/core';

/** The longest one invocation may take, per function. Everything that follows from it is derived here. */
export const TIMEOUTS = {
  // A sender waits for the answer: the code gives up on AWS calls after 3 s and says 503. The rest is for the largest
  // body in a cold sandbox: 10,000 records are some 2 s of a core, of which the function has 0.29. API Gateway waits 30 s.
  ingest: Duration.seconds(20),
  // A batch whose alerts go to a thousand recipients each, see `routerWork`.
  route: Duration.seconds(30),
  // Two reads and a write per source whose condition changed. The next run comes after five minutes.
  watchSources: Duration.seconds(60),
  // It looks for at most 45 s (20 s at dead letters, 25 s at requests and deliveries); the next run comes after a minute.
  watchDeliveries: Duration.seconds(60),
  // A batch of ten events, each a lookup and two writes; a cold start, and the 2 s of a core that the largest take.
  ingestAwsEvents: Duration.seconds(30),
  recordEmailFeedback: Duration.seconds(30),
  // A person waits in front of the page; API Gateway gives up after 30 s.
  unsubscribe: Duration.seconds(10),
  // The door may take 10 s to answer, a heartbeat 3 s; the rest is some ten calls to the table.
  runCanary: Duration.seconds(30),
  // The sender of the canary waits for 10 s, of which the heartbeat may take 3.
  receiveCanary: Duration.seconds(10),
  deliverEmail: Duration.seconds(30),
  // A batch runs in parallel and one delivery may take 10 s, then it is recorded and its retry sent.
  deliverWebhook: Duration.seconds(60),
} as const;

/** The memory of `route`. CPU comes with it: 0.58 of a core. `routerWork` says what the worst batch needs. */
export const ROUTE_MEMORY = Size.mebibytes(1024);

/** As Lambda cuts the CPU: a whole core at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const MB_PER_CORE = 1_769;
/** CPU of one call of the SDK that sends ten deliveries of 1 KB, or writes 25 alerts, on a whole core. */
const CALL_CPU_MS = 1.3;
const BATCH_MESSAGES = 10;
/** `MAX_ALERTS_PER_MESSAGE` of the alerts queue. */
const ALERTS_PER_MESSAGE = 10;

/**
 * The most work of one invocation of the router: a full batch, in which each alert goes to so many recipients.
 *
 * | recipients | calls | at 0.58 of a core |
 * |---|---|---|
 * | 1 | 14 | 0.03 s |
 * | 5 | 54 | 0.1 s |
 * | 30 | 304 | 0.7 s |
 * | 100 | 1,004 | 2.3 s |
 * | 1,000 | 10,004 | 22 s |
 *
 * For that long the alerts of other sources may wait while both routers are busy. Messages that do not fit into the timeout
 * come back, with their progress kept (`core/failed-receive.ts`). Five receives of 30 s are enough for 6,600 recipients.
 *
 * Memory: a message is cut from a body of at most 10 MiB, so ten are 100 MiB of JSON, three times that as objects; a
 * slice encodes 16 MiB of deliveries at a time, three copies of each. With 80 MB of Node that is 430 MB, and twice as
 * much leaves the garbage collector room.
 */
export function routerWork(recipients: number): { calls: number; cpuSeconds: number } {
  const alerts = BATCH_MESSAGES * ALERTS_PER_MESSAGE;
  const calls = Math.ceil((alerts * recipients) / 10) + Math.ceil(alerts / 25);
  const share = Math.min(1, ROUTE_MEMORY.toMebibytes() / MB_PER_CORE);
  return { calls, cpuSeconds: (calls * CALL_CPU_MS) / 1_000 / share };
}

/**
 * How long a queue hides a message that is being worked on. A message whose worker was killed comes back after that time; a
 * worker that lives makes its failed messages come back sooner (`functions/core/failed-receive.ts`).
 *
 * Six times the function's timeout leaves room for throttled invocations to be tried again
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
 *
 * 30 s -> 180 s · 60 s -> 360 s
 */
export function visibilityTimeout(consumerTimeout: Duration): Duration {
  return Duration.seconds(6 * consumerTimeout.toSeconds());
}
