import { describe, expect, test } from 'vitest';
import type { Answered } from '../../../functions/core/deliver/attempt.ts';
import { deliver } from '../../../functions/core/deliver/deliver.ts';
import { silenceBook } from '../../../functions/core/match/silences.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import { nextMessage } from '../../../functions/core/model/wire/next-message.ts';
import { plannedDelivery } from '../../../functions/core/model/wire/delivery.ts';
import type { Story } from '../../../functions/core/model/wire/story.ts';
import { silencedEntry, type SilencedEntry } from '../../../functions/core/model/wire/silenced-entry.ts';
import { aMessage, anAlert, aRoutedAlert, aSilence, aWebhook } from '../../adapters/records.ts';
import { memoryPorts } from './memory-ports.ts';

const ALERT = anAlert({ labels: { env: 'dev' } });
const FAILING: Answered = { verdict: 'retry', reason: 'receiver-error', facts: { status: 500 } };

function aWorld(silences = [aSilence()], answer: Answered = { verdict: 'delivered', facts: {} }) {
  const world = memoryPorts([aWebhook({ repeat: 'change' })]);
  const noted: SilencedEntry[] = [];
  const current = { silences };
  const takenBack: string[] = [];
  const ports = {
    ...world.ports,
    stories: {
      clock: world.ports.clock,
      change: async <T>(
        reader: { destinationId: string },
        step: (story: Story) => { after: Story; result: T },
      ) => {
        if (world.broken.has('change')) throw new Error('stories are down');
        takenBack.push(reader.destinationId);
        return step({ tellings: [], isOver: false }).result;
      },
    },
    silences: {
      load: async () => silenceBook(current.silences),
      note: async (message: DeliveryMessage, silence: { id: string }, end: { isTold: boolean }) => {
        world.calls.push('note');
        noted.push(silencedEntry(message, silence, end));
      },
    },
  };
  const run = async (given: Partial<DeliveryMessage> = {}) => {
    const message = aMessage({ alert: ALERT, ...given });
    const channel = {
      prepare: async () => ({
        body: 'b',
        message,
        schedule: { delaysSeconds: [30] },
        rejoin: async () => {
          world.calls.push('rejoin');
          return { verdict: 'digested' } as const;
        },
        send: async () => answer,
      }),
    };
    return deliver(message, channel, ports, ports.clock.now());
  };
  return { ...world, current, noted, takenBack, run };
}

describe('an attempt', () => {
  test('is not made while a silence covers the alert: noted first, then the row', async () => {
    const world = aWorld();
    expect(await world.run()).toEqual({ verdict: 'suppressed', reason: 'silenced' });
    expect(world.calls).toEqual(['note', 'suppress delivery-1 silenced']);
    expect(world.noted).toMatchObject([{ silenceId: 'sil_1', deliveryId: 'delivery-1', isTold: false }]);
  });

  test('that waits for its retry is silenced by what was created meanwhile', async () => {
    const world = aWorld([], FAILING);
    expect((await world.run()).verdict).toBe('retry');
    world.current.silences = [aSilence()];
    expect(await world.run({ attempt: 2 })).toEqual({ verdict: 'suppressed', reason: 'silenced' });
  });

  test('that failed before the silence is taken out of the story: its end is no news', async () => {
    const world = aWorld([], FAILING);
    await world.run();
    world.current.silences = [aSilence()];
    await world.run({ attempt: 2 });
    expect(world.takenBack).toEqual(['dst_1']);
  });

  test('that was made before the silence stays in the story, though its message comes again: who heard it hears its end', async () => {
    const world = aWorld([]);
    await world.run();
    world.current.silences = [aSilence()];
    expect(await world.run()).toEqual({ verdict: 'settled' });
    expect(world.takenBack).toEqual([]);
    expect(world.rows.get('delivery-1')).toMatchObject({ state: 'delivered' });
  });

  test('whose row gives it to a digest joins it, though a silence began before its message came again', async () => {
    const world = aWorld([]);
    await world.run();
    const row = world.rows.get('delivery-1');
    if (row !== undefined) world.rows.set('delivery-1', { ...row, state: 'digested' });
    world.current.silences = [aSilence()];
    expect(await world.run()).toEqual({ verdict: 'digested' });
    expect(world.calls).toContain('rejoin');
  });

  test('that a silence ended is taken out of the story by whichever worker lives that long', async () => {
    const world = aWorld([], FAILING);
    await world.run();
    world.current.silences = [aSilence()];
    world.broken.add('change');
    await world.run({ attempt: 2 }).catch(() => undefined);
    world.broken.delete('change');
    expect(await world.run({ attempt: 2 })).toEqual({ verdict: 'suppressed', reason: 'silenced' });
    expect(world.takenBack).toEqual(['dst_1']);
  });

  test('is not made for what was covered when it was routed, though the silence is over', async () => {
    const world = aWorld([]);
    expect(await world.run({ silence: { id: 'sil_9' } })).toMatchObject({ reason: 'silenced' });
    expect(world.noted).toMatchObject([{ silenceId: 'sil_9' }]);
  });

  test.each<[string, Partial<DeliveryMessage>]>([
    ['of another alert', { alert: anAlert() }],
    ['that an operator asked for again', { round: 2, attempt: 4, first_attempt: 4 }],
    ['that is a test', { is_test: true }],
  ])('is made: one %s', async (_, given) => {
    const world = aWorld();
    expect(await world.run(given)).toMatchObject({ verdict: 'delivered' });
    expect(world.noted).toEqual([]);
  });

  test('that tells the end of an alert is made, and noted for the summary', async () => {
    const world = aWorld();
    expect(await world.run({ alert: { ...ALERT, status: 'resolved' } })).toMatchObject({
      verdict: 'delivered',
    });
    expect(world.noted).toMatchObject([{ status: 'resolved', isTold: true }]);
  });
});

test('a message that was lost comes again with its silence, and a replay without', () => {
  const planned = { id: 'd', destination_id: 'dst_1', channel: 'webhook' as const, silence: { id: 'sil_1' } };
  const routed = aRoutedAlert({}, { deliveries: [planned] });
  const delivery = plannedDelivery(planned, routed);
  expect(nextMessage(routed, delivery).silence).toEqual({ id: 'sil_1' });
  expect(nextMessage(routed, { ...delivery, state: 'suppressed' })).not.toHaveProperty('silence');
});
