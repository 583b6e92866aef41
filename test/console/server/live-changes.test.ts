import { expect, it } from 'vitest';
import type { LiveEvent } from '../../../console/api/live.ts';
import { liveChanges } from '../../../console/server/live-changes.ts';
import { memoryGateway } from '../../cli/memory-gateway.ts';
import { anAlert, aRoutedAlert } from '../../cli/records.ts';
import { NOW } from '../../cli/run.ts';

const clock = { now: () => NOW };
const tool = {
  explain: (error: unknown) => ({
    code: 'unreachable',
    message: String(error),
    isWrongUsage: false,
    problems: [],
  }),
};

/** The events until one of this kind, which is the last. */
async function until(kind: LiveEvent['event'], changes: ReturnType<typeof liveChanges>, then: () => void) {
  const events: LiveEvent['event'][] = [];
  await new Promise<void>((resolve) => {
    const stop = changes.subscribe(({ event }) => {
      events.push(event);
      if (event !== kind) return;
      stop();
      resolve();
    });
    then();
  });
  return events;
}

it('says once that the gateway is gone, and that it is back', async () => {
  const gateway = memoryGateway();
  let isGone = true;
  const looks = {
    ...gateway.looks,
    configVersion: async () => (isGone ? Promise.reject(new Error('nobody answers')) : '1'),
  };
  const changes = liveChanges({ gateway: { ...gateway, looks }, tool, clock }, 1);
  const events: LiveEvent[] = [];
  await new Promise<void>((resolve) => {
    changes.subscribe((event) => {
      events.push(event);
      isGone = false;
      if (event.event === 'gateway-back') resolve();
    });
  });
  changes.close();
  expect(events).toEqual([
    { event: 'gateway-gone', message: 'Error: nobody answers' },
    { event: 'gateway-back' },
  ]);
});

it('says to a page that is opened later that the gateway is gone', async () => {
  const gateway = memoryGateway();
  const looks = { ...gateway.looks, configVersion: async () => Promise.reject(new Error('nobody answers')) };
  const changes = liveChanges({ gateway: { ...gateway, looks }, tool, clock }, 60_000);
  await until('gateway-gone', changes, () => undefined);
  const told: LiveEvent['event'][] = [];
  changes.subscribe(({ event }) => told.push(event));
  changes.close();
  expect(told).toEqual(['gateway-gone']);
});

it('says that an alert came and that deliveries move, and nothing while nothing does', async () => {
  const gateway = memoryGateway();
  let looked = 0;
  const looks: typeof gateway.looks = {
    ...gateway.looks,
    configVersion: async () => {
      looked += 1;
      // After some looks at which nothing had changed.
      if (looked === 4) {
        const alert = anAlert({ received_at: new Date(NOW - 1_000).toISOString() });
        gateway.kept.alerts.set(alert.id, aRoutedAlert(alert));
      }
      return '';
    },
  };
  const changes = liveChanges({ gateway: { ...gateway, looks }, tool, clock }, 1);
  const events = await until('deliveries', changes, () => undefined);
  changes.close();
  expect(events).toEqual(['alerts', 'deliveries']);
  expect(looked).toBeGreaterThanOrEqual(4);
});
