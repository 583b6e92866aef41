import { subscribe } from 'node:diagnostics_channel';
import { AS_ON_AWS, createWebhook, deliver, withReceiver } from './gateway.ts';
import { type Durations, type Outcome, simulateBurst } from './lambda-scaling.ts';
import { PRICES } from './prices.ts';
import { SMALLEST, sizes } from './sizes.ts';
import { countUnits } from './table-units.ts';
import { median, verdict } from './verdict.ts';
import { routerWork } from '../cdk/timings.ts';
import { INVOCATIONS, type Invocation } from '../local/runtime/lambda-function.ts';

/**
 * 100,000 alerts in one minute to one webhook, on AWS: how long until the last delivery, what is refused or throttled on the way, and
 * what it costs. The rules are AWS's (`lambda-scaling.ts`), the shares are those of `planConcurrency`.
 *
 * What an invocation takes is its processor time, as the other commands here measure it, at the share that its memory buys, and
 * 15 ms for each call of AWS that it waits for. `npx node bench/aws-burst.ts --measure` takes the wall times of a local run
 * with that share and that wait instead, which only a quiet machine can give.
 */
const { alerts: ALERTS, measuredAlerts: MEASURED } = sizes({
  alerts: { usual: 100_000, smallest: 1_000 },
  measuredAlerts: { usual: 600, smallest: 20 },
});
/** With the least size too, so that both ways are seen to work. */
const IS_MEASURED = process.argv.includes('--measure') || process.argv.includes(SMALLEST);
const OVER_SECONDS = 60;
const RECEIVER_MS = 200;
const QUOTAS = [10, 100, 1_000];
const PER_REQUEST = [1, 10, 100] as const;
/** Processor time of one request: `ingest-cpu.ts`. */
const INGEST_CPU_MS = { 1: 0.85, 10: 1, 100: 4 };
/** The record of the request, then the queue. */
const INGEST_CALLS_IN_A_ROW = 2;
/** The alerts are read in, stored, and what is owed is sent; the processor time is that of cdk/timings.ts. */
const ROUTE_CALLS_IN_A_ROW = 3;
const ROUTE_MESSAGES = 10;
/** Processor time of one delivery of ten: `deliver-cpu.ts`. Claims are one call, and so are records. */
const DELIVER_CPU_MS = 0.4;
const DELIVER_CALLS_IN_A_ROW = 2;
/** Write units of one alert: docs/cost.md, `calls.ts`. */
const UNITS_PER_ALERT = { 1: 9, 10: 2.2, 100: 1.9 };
/** A new environment: loading is some 90 ms of a processor (`cold-start.ts`), and Lambda's own part. */
const START_MS = 400;
const GIGABYTES = { ingest: 0.5, route: 1, deliver: 0.5 };

type Measured = Durations & { unitsPerAlert: number };

const measured = new Map<number, Measured>();
for (const perRequest of PER_REQUEST) {
  const durations = IS_MEASURED ? await measure(perRequest) : calculated(perRequest);
  const said = Object.entries(durations).map(([name, value]) => `${name} ${value.toFixed(1)}`);
  console.log(`${String(perRequest)} in a request: ${said.join(', ')}`);
  measured.set(perRequest, durations);
}

const rows = QUOTAS.flatMap((quota) =>
  PER_REQUEST.map((perRequest) => {
    const durations = measured.get(perRequest);
    if (durations === undefined) throw new Error(`nothing was measured at ${String(perRequest)} per request`);
    const burst = { alerts: ALERTS, overSeconds: OVER_SECONDS, perRequest, quota, receiverMs: RECEIVER_MS };
    return {
      quota,
      perRequest,
      durations,
      outcome: simulateBurst(burst, durations, seeded(quota + perRequest)),
    };
  }),
);
console.table(
  rows.map(({ quota, perRequest, durations, outcome }) => ({
    quota,
    'per request': perRequest,
    'last 2xx, s': Math.round(outcome.acceptedBy),
    'last delivery, min': Number((outcome.deliveredBy / 60).toFixed(1)),
    '429': outcome.tooManyRequests,
    '503': outcome.unavailable,
    'batches without an execution': outcome.throttledBatches,
    'dead letters': outcome.deadLetters,
    'most at once': outcome.mostAtOnce.inAll,
    dollars: Number(dollars(outcome, durations.unitsPerAlert).toFixed(2)),
  })),
);
const at = (quota: number, perRequest: number): Outcome => {
  const found = rows.find((row) => row.quota === quota && row.perRequest === perRequest);
  if (found === undefined) throw new Error(`no row for ${String(quota)}`);
  return found.outcome;
};
const share = ALERTS / 100_000;
verdict('minutes to the last delivery, quota 10, ten in a request', at(10, 10).deliveredBy / 60, 25 * share);
verdict('minutes to the last delivery, quota 1,000, ten in a request', at(1_000, 10).deliveredBy / 60, 3);
verdict('seconds to the last 2xx, quota 1,000, ten in a request', at(1_000, 10).acceptedBy, 65);
verdict(
  'dead letters of a burst',
  rows.reduce((sum, { outcome }) => sum + outcome.deadLetters, 0),
  0,
);

function calculated(perRequest: 1 | 10 | 100): Measured {
  const alerts = ROUTE_MESSAGES * Math.min(10, perRequest);
  const waits = (calls: number) => calls * AS_ON_AWS.callLatencyMs;
  return {
    ingestMs: INGEST_CPU_MS[perRequest] / AS_ON_AWS.cpuShare + waits(INGEST_CALLS_IN_A_ROW),
    routeMs: (routerWork(1).cpuSeconds * 1_000 * alerts) / 100 + waits(ROUTE_CALLS_IN_A_ROW),
    deliverMs: (10 * DELIVER_CPU_MS) / AS_ON_AWS.cpuShare + waits(DELIVER_CALLS_IN_A_ROW),
    startMs: START_MS,
    unitsPerAlert: UNITS_PER_ALERT[perRequest],
  };
}

/** What an invocation takes, with batches as full as a burst makes them. */
async function measure(perRequest: number): Promise<Measured> {
  return withReceiver(async (parts) => {
    await createWebhook(parts.gateway, 'hook', parts.receiver);
    await deliver(parts, { alerts: 200, perRequest, name: 'warm' });
    const seen: Invocation[] = [];
    const note = (message: unknown): void => void seen.push(message as Invocation);
    subscribe(INVOCATIONS, note);
    const units = countUnits();
    await deliver(parts, { alerts: MEASURED, perRequest, name: 'measured' });
    const of = (name: string) =>
      median(seen.filter((one) => one.name.endsWith(name)).map(({ durationMs }) => durationMs));
    const written = [...units.take().values()].reduce((sum, count) => sum + count, 0);
    units.stop();
    return {
      ingestMs: of('-ingest'),
      routeMs: of('-route'),
      deliverMs: of('-deliver-webhook'),
      startMs: START_MS,
      unitsPerAlert: written / MEASURED,
    };
  }, AS_ON_AWS);
}

/** What AWS bills for it: not the requests that the API itself refuses, nor the lines of the log. */
function dollars({ invocations, busySeconds, unavailable }: Outcome, unitsPerAlert: number): number {
  const { ingest, route, deliver } = invocations;
  const gigabyteSeconds =
    busySeconds.ingest * GIGABYTES.ingest +
    busySeconds.route * GIGABYTES.route +
    busySeconds.deliver * GIGABYTES.deliver;
  // An accepted request is a send, ten deliveries are one; a batch is received in one request and deleted in another.
  const queueRequests = ingest + ALERTS / 10 + 2 * (route + deliver);
  return (
    (ingest + unavailable) * PRICES.apiRequest +
    queueRequests * PRICES.queueRequest +
    (ingest + route + deliver) * PRICES.invocation +
    gigabyteSeconds * PRICES.gigabyteSecond +
    ALERTS * unitsPerAlert * PRICES.writeUnit
  );
}

/** The same draws with every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
