import { describe, expect, test } from 'vitest';
import { type Burst, type Durations, simulateBurst } from '../../bench/lambda-scaling.ts';

const BURST: Burst = { alerts: 2_000, overSeconds: 10, perRequest: 10, quota: 1_000, receiverMs: 200 };
const DURATIONS: Durations = { ingestMs: 30, routeMs: 80, deliverMs: 50, startMs: 400 };
const simulate = (burst: Partial<Burst> = {}, durations: Partial<Durations> = {}) =>
  simulateBurst({ ...BURST, ...burst }, { ...DURATIONS, ...durations }, () => 0.5);

describe('a burst on AWS', () => {
  test('ends with each alert accepted, routed and delivered, in as many batches as that takes', () => {
    const { invocations, acceptedBy, routedBy, deliveredBy, deadLetters } = simulate();
    expect(invocations).toMatchObject({ ingest: 200, deliver: 200 });
    expect(invocations.route).toBeGreaterThanOrEqual(20);
    expect(acceptedBy).toBeLessThan(11);
    expect(routedBy).toBeGreaterThan(acceptedBy);
    expect(deliveredBy).toBeGreaterThan(routedBy);
    expect(deadLetters).toBe(0);
  });

  test('is bounded by the batches of the fast lane that run at a time', () => {
    const { deliveredBy, mostAtOnce } = simulate({ quota: 10 });
    expect(mostAtOnce.deliver).toBe(2);
    // 200 batches, two at a time, a quarter of a second each.
    expect(deliveredBy).toBeGreaterThan(25);
    expect(deliveredBy).toBeLessThan(28);
  });

  test('of more requests than the stage lets through is refused with 429, and comes again', () => {
    const { tooManyRequests, invocations } = simulate({ alerts: 4_000, perRequest: 1, overSeconds: 1 });
    expect(tooManyRequests).toBeGreaterThan(0);
    expect(invocations.ingest).toBe(4_000);
  });

  test('takes ten requests a second for each execution of the quota', () => {
    const { unavailable, acceptedBy } = simulate({ alerts: 1_000, perRequest: 1, overSeconds: 1, quota: 10 });
    expect(unavailable).toBeGreaterThan(0);
    expect(acceptedBy).toBeGreaterThan(9);
  });

  test('leaves a batch that finds no execution in its queue until there is one', () => {
    const { throttledBatches, shownAgain, invocations, mostAtOnce } = simulate(
      { alerts: 3_000, overSeconds: 1, quota: 10 },
      { ingestMs: 500 },
    );
    expect(mostAtOnce.inAll).toBe(10);
    expect(throttledBatches).toBeGreaterThan(0);
    expect(shownAgain).toBe(0);
    expect(invocations.deliver).toBe(300);
  });

  test('has messages that show again where requests hold every execution for minutes', () => {
    const { shownAgain, deadLetters, invocations } = simulate(
      { alerts: 1_000, perRequest: 1, overSeconds: 20, quota: 10 },
      { ingestMs: 10_000 },
    );
    expect(shownAgain).toBeGreaterThan(0);
    expect(deadLetters).toBe(0);
    expect(invocations.ingest).toBe(1_000);
  });

  test('has the reserved executions for ingestion alone', () => {
    const { mostAtOnce, unavailable } = simulate(
      { alerts: 900, perRequest: 1, overSeconds: 1 },
      { ingestMs: 10_000 },
    );
    expect(mostAtOnce.ingest).toBe(500);
    expect(unavailable).toBeGreaterThan(0);
  });
});
