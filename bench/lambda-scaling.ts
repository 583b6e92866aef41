import { planConcurrency } from '../cdk/concurrency.ts';

/**
 * A burst of alerts on AWS, by the rules that AWS publishes for how its services scale. Nothing is called: time goes by in steps.
 *
 * - HTTP API: a token bucket of the stage's rate and burst; above it 429.
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 * - Lambda: executions at a time up to the account's quota, those that are reserved apart; each function gets 1,000 environments
 *   in ten seconds; ten requests a second for each execution of the quota. https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
 *   and https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * - Lambda's pollers of SQS: five batches at a time at first, 300 more each minute, up to the maximum concurrency of the event source. A
 *   batch that finds no execution is tried again until its messages show again.
 *   https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html (all read 2026-11-27)
 */
export type Burst = {
  alerts: number;
  overSeconds: number;
  perRequest: number;
  /** Executions at a time that the account has, and all of them are Tocsin's. */
  quota: number;
  /** How long the receiver of the webhook takes to answer. */
  receiverMs: number;
};

/** What one invocation takes where its environment is there already, and what a new environment takes longer. */
export type Durations = {
  ingestMs: number;
  /** Of a full batch, as it is in a burst. */
  routeMs: number;
  /** Of a full batch, beside the answer of the receiver. */
  deliverMs: number;
  startMs: number;
};

export type Outcome = {
  /** Seconds from the first request to the last 2xx, the last routed alert, the last delivery. */
  acceptedBy: number;
  routedBy: number;
  deliveredBy: number;
  /** Answers to requests that came again afterwards. */
  tooManyRequests: number;
  unavailable: number;
  /** Batches of a queue that found no execution, and messages of them that showed again. */
  throttledBatches: number;
  shownAgain: number;
  deadLetters: number;
  /** The most executions at a time. */
  mostAtOnce: { ingest: number; route: number; deliver: number; inAll: number };
  invocations: { ingest: number; route: number; deliver: number };
  busySeconds: { ingest: number; route: number; deliver: number };
};

const STEP_MS = 10;
const BATCH = 10;
const STAGE = { perSecond: 500, burst: 1_000 };
const NEW_ENVIRONMENTS_PER_SECOND = 100;
const MOST_NEW_ENVIRONMENTS = 1_000;
const REQUESTS_PER_EXECUTION = 10;
const FIRST_POLLERS = 5;
const POLLERS_PER_SECOND = 300 / 60;
/** As the queues have it: cdk/timings.ts, cdk/constructs/queue-with-dead-letters.ts. */
const HIDDEN_MS = { route: 180_000, deliver: 360_000 };
const MOST_RECEIVES = 5;
/** A sender doubles its pause from one second to half a minute, as most libraries do. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const GIVE_UP_MS = 6 * 3_600_000;

type FunctionName = 'ingest' | 'route' | 'deliver';

export function simulateBurst(burst: Burst, durations: Durations, random: () => number): Outcome {
  const plan = planConcurrency(burst.quota);
  const account = new Account(burst.quota, plan.reservedForIngest, durations.startMs);
  const alertsQueue = new Poller('route', plan.alerts, durations.routeMs);
  const webhookQueue = new Poller('deliver', plan.webhook, burst.receiverMs + durations.deliverMs);
  const senders = new Senders(burst, random);
  const stage = new Bucket(STAGE.perSecond, STAGE.burst);
  const rate = new Bucket(
    REQUESTS_PER_EXECUTION * (plan.reservedForIngest ?? burst.quota),
    REQUESTS_PER_EXECUTION * (plan.reservedForIngest ?? burst.quota),
  );
  const outcome = { acceptedBy: 0, routedBy: 0, deliveredBy: 0, tooManyRequests: 0, unavailable: 0 };
  const isOpen = () =>
    !senders.areDone() || account.isBusy() || !alertsQueue.isEmpty() || !webhookQueue.isEmpty();
  for (let nowMs = 0; isOpen() && nowMs < GIVE_UP_MS; nowMs += STEP_MS) {
    for (const bucket of [stage, rate]) bucket.refill();
    account.tick(nowMs);
    for (const request of senders.due(nowMs)) {
      if (!stage.take()) {
        outcome.tooManyRequests += 1;
        senders.again(request, nowMs);
      } else if (!rate.hasOne() || !account.run('ingest', durations.ingestMs, nowMs, taken(request))) {
        outcome.unavailable += 1;
        senders.again(request, nowMs);
      } else rate.take();
    }
    alertsQueue.poll(account, nowMs, (batch, atMs) => {
      outcome.routedBy = atMs / 1_000;
      for (const { alerts } of batch)
        for (let index = 0; index < alerts; index += 1) webhookQueue.send({ alerts: 1, receives: 0 });
    });
    webhookQueue.poll(account, nowMs, (_batch, atMs) => {
      outcome.deliveredBy = atMs / 1_000;
    });
  }
  function taken(request: Request) {
    return (atMs: number): void => {
      outcome.acceptedBy = atMs / 1_000;
      for (let left = request.alerts; left > 0; left -= BATCH)
        alertsQueue.send({ alerts: Math.min(BATCH, left), receives: 0 });
    };
  }
  return {
    ...outcome,
    throttledBatches: alertsQueue.throttled + webhookQueue.throttled,
    shownAgain: alertsQueue.shownAgain + webhookQueue.shownAgain,
    deadLetters: alertsQueue.dead + webhookQueue.dead,
    mostAtOnce: { ...account.most, inAll: account.mostInAll },
    invocations: account.invocations,
    busySeconds: account.busySeconds,
  };
}

/** Tokens that come back with time, as many as the bucket holds. */
class Bucket {
  readonly #perSecond: number;
  readonly #holds: number;
  #tokens: number;

  constructor(perSecond: number, holds: number) {
    this.#perSecond = perSecond;
    this.#holds = holds;
    this.#tokens = holds;
  }

  refill(): void {
    this.#tokens = Math.min(this.#holds, this.#tokens + (this.#perSecond * STEP_MS) / 1_000);
  }

  hasOne(): boolean {
    return this.#tokens >= 1;
  }

  take(): boolean {
    if (!this.hasOne()) return false;
    this.#tokens -= 1;
    return true;
  }
}

type Execution = { of: FunctionName; endsMs: number; end: (atMs: number) => void };

/** The executions of the account: what runs, what may start, and which environments are there already. */
class Account {
  readonly most = { ingest: 0, route: 0, deliver: 0 };
  readonly invocations = { ingest: 0, route: 0, deliver: 0 };
  readonly busySeconds = { ingest: 0, route: 0, deliver: 0 };
  mostInAll = 0;
  readonly #quota: number;
  readonly #reserved: number | undefined;
  readonly #startMs: number;
  readonly #running = { ingest: 0, route: 0, deliver: 0 };
  readonly #environments = { ingest: 0, route: 0, deliver: 0 };
  readonly #growth: Record<FunctionName, Bucket>;
  #executions: Execution[] = [];

  constructor(quota: number, reserved: number | undefined, startMs: number) {
    this.#quota = quota;
    this.#reserved = reserved;
    this.#startMs = startMs;
    const growth = () => new Bucket(NEW_ENVIRONMENTS_PER_SECOND, MOST_NEW_ENVIRONMENTS);
    this.#growth = { ingest: growth(), route: growth(), deliver: growth() };
  }

  /** Ends what is over. */
  tick(nowMs: number): void {
    for (const bucket of Object.values(this.#growth)) bucket.refill();
    const over = this.#executions.filter(({ endsMs }) => endsMs <= nowMs);
    if (over.length === 0) return;
    this.#executions = this.#executions.filter(({ endsMs }) => endsMs > nowMs);
    for (const { of, endsMs, end } of over) {
      this.#running[of] -= 1;
      end(endsMs);
    }
  }

  isBusy(): boolean {
    return this.#executions.length > 0;
  }

  /** Whether an execution was to be had; `end` is told when it is over. */
  run(of: FunctionName, takesMs: number, nowMs: number, end: (atMs: number) => void): boolean {
    if (!this.#hasRoom(of)) return false;
    const isNew = this.#running[of] >= this.#environments[of];
    if (isNew && !this.#growth[of].take()) return false;
    if (isNew) this.#environments[of] += 1;
    const tookMs = takesMs + (isNew ? this.#startMs : 0);
    this.#executions.push({ of, endsMs: nowMs + tookMs, end });
    this.#running[of] += 1;
    this.#note(of, tookMs);
    return true;
  }

  #hasRoom(of: FunctionName): boolean {
    const { ingest, route, deliver } = this.#running;
    if (this.#reserved === undefined) return ingest + route + deliver < this.#quota;
    return of === 'ingest' ? ingest < this.#reserved : route + deliver < this.#quota - this.#reserved;
  }

  #note(of: FunctionName, tookMs: number): void {
    this.invocations[of] += 1;
    this.busySeconds[of] += tookMs / 1_000;
    this.most[of] = Math.max(this.most[of], this.#running[of]);
    this.mostInAll = Math.max(this.mostInAll, this.#executions.length);
  }
}

type Message = { alerts: number; receives: number };
type Held = { batch: Message[]; sinceMs: number; nextMs: number; pauseMs: number };

/** A queue and Lambda's pollers of it. */
class Poller {
  throttled = 0;
  shownAgain = 0;
  dead = 0;
  readonly #of: 'route' | 'deliver';
  readonly #most: number;
  readonly #takesMs: number;
  #messages: Message[] = [];
  #head = 0;
  #held: Held[] = [];
  #running = 0;
  #busySinceMs: number | undefined;

  constructor(of: 'route' | 'deliver', most: number, takesMs: number) {
    this.#of = of;
    this.#most = most;
    this.#takesMs = takesMs;
  }

  send(message: Message): void {
    this.#messages.push(message);
  }

  isEmpty(): boolean {
    return this.#waiting() === 0 && this.#held.length === 0 && this.#running === 0;
  }

  /** Hands over as many batches as its pollers may; what finds no execution is tried again, and shows again in the end. */
  poll(account: Account, nowMs: number, done: (batch: Message[], atMs: number) => void): void {
    if (this.isEmpty()) return;
    this.#busySinceMs ??= nowMs;
    const due = this.#held.filter(({ nextMs }) => nextMs <= nowMs);
    this.#held = this.#held.filter(({ nextMs }) => nextMs > nowMs);
    for (const held of due) this.#offer(held, account, nowMs, done);
    while (this.#running + this.#held.length < this.#pollers(nowMs) && this.#waiting() > 0) {
      const batch = this.#messages.slice(this.#head, this.#head + BATCH);
      this.#head += batch.length;
      this.#offer({ batch, sinceMs: nowMs, nextMs: nowMs, pauseMs: FIRST_PAUSE_MS }, account, nowMs, done);
    }
    this.#forgetTaken();
  }

  #offer(held: Held, account: Account, nowMs: number, done: (batch: Message[], atMs: number) => void): void {
    const isRunning = account.run(this.#of, this.#takesMs, nowMs, (atMs) => {
      this.#running -= 1;
      done(held.batch, atMs);
    });
    if (isRunning) this.#running += 1;
    else this.#hold(held, nowMs);
  }

  #hold({ batch, sinceMs, pauseMs }: Held, nowMs: number): void {
    this.throttled += 1;
    if (nowMs + pauseMs - sinceMs < HIDDEN_MS[this.#of]) {
      this.#held.push({
        batch,
        sinceMs,
        nextMs: nowMs + pauseMs,
        pauseMs: Math.min(2 * pauseMs, LONGEST_PAUSE_MS),
      });
      return;
    }
    for (const message of batch) {
      this.shownAgain += 1;
      if (message.receives + 1 >= MOST_RECEIVES) this.dead += 1;
      else this.#messages.push({ ...message, receives: message.receives + 1 });
    }
  }

  #pollers(nowMs: number): number {
    const seconds = (nowMs - (this.#busySinceMs ?? nowMs)) / 1_000;
    return Math.min(this.#most, Math.floor(FIRST_POLLERS + POLLERS_PER_SECOND * seconds));
  }

  #waiting(): number {
    return this.#messages.length - this.#head;
  }

  #forgetTaken(): void {
    if (this.#head < 10_000) return;
    this.#messages = this.#messages.slice(this.#head);
    this.#head = 0;
  }
}

type Request = { alerts: number; atMs: number; tries: number };

/** Those who send: each request evenly in its time, and again where it was refused. */
class Senders {
  readonly #random: () => number;
  #waiting = new Map<number, Request[]>();
  #open = 0;

  constructor({ alerts, overSeconds, perRequest }: Burst, random: () => number) {
    this.#random = random;
    const requests = Math.ceil(alerts / perRequest);
    for (let index = 0; index < requests; index += 1) {
      const atMs = (index / requests) * overSeconds * 1_000;
      this.#plan({ alerts: Math.min(perRequest, alerts - index * perRequest), atMs, tries: 0 });
    }
  }

  due(nowMs: number): Request[] {
    const due = this.#waiting.get(nowMs) ?? [];
    this.#waiting.delete(nowMs);
    this.#open -= due.length;
    return due;
  }

  again(request: Request, nowMs: number): void {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** request.tries);
    const atMs = nowMs + pause * (0.5 + this.#random() / 2);
    this.#plan({ ...request, atMs, tries: request.tries + 1 });
  }

  areDone(): boolean {
    return this.#open === 0;
  }

  #plan(request: Request): void {
    const step = Math.ceil(request.atMs / STEP_MS) * STEP_MS;
    const at = this.#waiting.get(step) ?? [];
    at.push(request);
    this.#waiting.set(step, at);
    this.#open += 1;
  }
}
