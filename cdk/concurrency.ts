/** How many batches of each queue are worked off at a time, and what only ingestion may use. */
export type ConcurrencyPlan = {
  alerts: number;
  email: number;
  webhook: number;
  webhookRetry: number;
  emailFeedback: number;
  /** Undefined where nothing can be reserved: then ingestion uses what the queues leave. */
  reservedForIngest: number | undefined;
};

/** AWS allows no less to an event source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const MIN_PER_QUEUE = 2;

/**
 * What a queue is ever given. Routers are few on purpose: what many do one by one, few do ten at a time, and two of
 * them route more than the two lanes can deliver.
 */
const MOST = { alerts: 2, email: 5, webhook: 20, webhookRetry: 10, emailFeedback: 5 } as const;
const QUEUES = Object.keys(MOST) as (keyof typeof MOST)[];
const FEWEST_IN_ALL = MIN_PER_QUEUE * QUEUES.length;
const MOST_IN_ALL = QUEUES.reduce((sum, queue) => sum + MOST[queue], 0);

/** Six tenths are for the queues; ingestion and what runs by the clock share the rest. */
const TENTHS_FOR_QUEUES = 6;

/** A reservation must leave the account 100 (the same page), and it leaves the queues theirs on top. */
const MUST_STAY_UNRESERVED = 100 + MOST_IN_ALL;
/** Requests that the API lets through per second: with one second each, ingestion never needs more. */
const MOST_FOR_INGEST = 500;

/**
 * How `concurrency` executions at a time are shared out.
 *
 * 10 -> two per queue, which is the least that AWS allows and all of the quota; nothing can be reserved, so ingestion
 * has what the queues leave at the moment · 50 -> 28 · 70 and more -> 42, and from 284 on half for ingestion alone
 */
export function planConcurrency(concurrency: number): ConcurrencyPlan {
  const extra = Math.max(0, Math.floor((concurrency * TENTHS_FOR_QUEUES) / 10) - FEWEST_IN_ALL);
  const of = (queue: keyof typeof MOST): number => {
    const wanted = MOST[queue] - MIN_PER_QUEUE;
    const share = Math.floor((extra * wanted) / (MOST_IN_ALL - FEWEST_IN_ALL));
    return MIN_PER_QUEUE + Math.min(wanted, share);
  };
  const half = Math.floor(concurrency / 2);
  return {
    alerts: of('alerts'),
    email: of('email'),
    webhook: of('webhook'),
    webhookRetry: of('webhookRetry'),
    emailFeedback: of('emailFeedback'),
    reservedForIngest:
      concurrency - half >= MUST_STAY_UNRESERVED ? Math.min(half, MOST_FOR_INGEST) : undefined,
  };
}
