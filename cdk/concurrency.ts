/** How many batches of each queue are worked off at a time, and what only ingestion may use. */
export type ConcurrencyPlan = {
  alerts: number;
  email: number;
  webhook: number;
  webhookRetry: number;
  /** Absent where there is no SES. */
  emailFeedback?: number;
  /** Absent where there is no private lane. */
  privateWebhook?: number;
  privateWebhookRetry?: number;
  /** Undefined where nothing can be reserved: then ingestion uses what the queues leave. */
  reservedForIngest: number | undefined;
};

/** The fewest that AWS allows to an event source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const MIN_PER_QUEUE = 2;

/**
 * The most that a queue is given. Routers are few on purpose: a queue with few consumers fills their batches, and two routers
 * route more than the two lanes can deliver.
 */
const MOST = { alerts: 2, email: 5, webhook: 20, webhookRetry: 10 } as const;
const MOST_FROM_SES = { emailFeedback: 5 } as const;
/** A private network has few receivers. */
const MOST_PRIVATE = { privateWebhook: 10, privateWebhookRetry: 5 } as const;

/** The queue for events of AWS has the fewest that AWS allows, because such events can wait. They come on top of the plan. */
export const FOR_AWS_EVENTS = MIN_PER_QUEUE;

/** The executions that all queues of a plan may ask for at once. */
export function askedByQueues({ reservedForIngest: _reserved, ...queues }: ConcurrencyPlan): number {
  return Object.values(queues).reduce((sum, share) => sum + share, 0);
}

/** From here on six tenths are enough for seven queues with the fewest that AWS allows, and ingestion has the rest. */
export const ENOUGH_FOR_PRIVATE_LANE = 24;

/** Six tenths are for the queues; ingestion and the scheduled functions share the rest. */
const TENTHS_FOR_QUEUES = 6;

/** A reservation must leave the account 100 (the same page). On top of these it leaves the queues their executions. */
const MUST_STAY_UNRESERVED = 100;
/** Requests that the API lets through per second: with one second each, ingestion never needs more. */
const MOST_FOR_INGEST = 500;

/**
 * How `concurrency` executions at a time are shared out.
 *
 * 10 -> two per queue, which is the least that AWS allows and all of the quota; nothing can be reserved, so ingestion
 * has what the queues leave at the moment · 50 -> 28 · 70 and more -> 42, and from 284 on half for ingestion alone
 *
 * Without SES there is one queue less, so of ten executions ingestion always finds two. With a private lane there are two
 * queues more, which ask for 14 of ten executions: under load some batches wait.
 */
export function planConcurrency(
  concurrency: number,
  { hasPrivateLane = false, hasSes = true } = {},
): ConcurrencyPlan {
  const most: Partial<
    Record<keyof typeof MOST | keyof typeof MOST_FROM_SES | keyof typeof MOST_PRIVATE, number>
  > = {
    ...MOST,
    ...(hasSes && MOST_FROM_SES),
    ...(hasPrivateLane && MOST_PRIVATE),
  };
  const mostInAll = Object.values(most).reduce((sum, share) => sum + share, 0);
  const fewestInAll = MIN_PER_QUEUE * Object.keys(most).length;
  const extra = Math.max(0, Math.floor((concurrency * TENTHS_FOR_QUEUES) / 10) - fewestInAll);
  const of = (queue: keyof typeof most): number => {
    const limit = most[queue];
    if (limit === undefined) return 0;
    const wanted = limit - MIN_PER_QUEUE;
    return MIN_PER_QUEUE + Math.min(wanted, Math.floor((extra * wanted) / (mostInAll - fewestInAll)));
  };
  const half = Math.floor(concurrency / 2);
  return {
    alerts: of('alerts'),
    email: of('email'),
    webhook: of('webhook'),
    webhookRetry: of('webhookRetry'),
    ...(hasSes && { emailFeedback: of('emailFeedback') }),
    ...(hasPrivateLane && {
      privateWebhook: of('privateWebhook'),
      privateWebhookRetry: of('privateWebhookRetry'),
    }),
    reservedForIngest:
      concurrency - half >= MUST_STAY_UNRESERVED + mostInAll ? Math.min(half, MOST_FOR_INGEST) : undefined,
  };
}
