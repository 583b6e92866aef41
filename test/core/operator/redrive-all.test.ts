import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../../functions/core/model/wire/dead-letter.ts';
import type { DeadLetterQueues } from '../../../functions/core/operator/ports.ts';
import { redriveAll } from '../../../functions/core/operator/redrive-all.ts';
import { watchedRedrive } from '../../../functions/core/operator/watched-redrive.ts';
import { aMessage, anAlert } from '../../adapters/records.ts';

const letterOf = (messageId: string, given: Partial<DeadLetter>): DeadLetter =>
  ({ messageId, queue: 'webhook', body: '', ...given }) as DeadLetter;
const ofDelivery = (messageId: string, id: string, round = 1) =>
  letterOf(messageId, { delivery: aMessage({ delivery_id: id, round }) });

/** Queues that hold these letters, and what was done with them in order. */
function queues(letters: DeadLetter[], failing = new Set<string>()) {
  const done: string[] = [];
  const all = {
    read: async function* read() {
      yield* letters;
    },
    redrive: async ({ messageId }: DeadLetter) => {
      if (failing.has(messageId)) throw new Error('the queue fails');
      done.push(`redrive ${messageId}`);
    },
    release: async ({ messageId }: DeadLetter) => void done.push(`release ${messageId}`),
  } as unknown as DeadLetterQueues;
  return { all, done };
}

describe('redriving all', () => {
  it('moves each visible letter, and says how many of each queue', async () => {
    const letters = [ofDelivery('m1', 'd1'), ofDelivery('m2', 'd2'), letterOf('m3', { queue: 'alerts' })];
    const { all, done } = queues(letters);
    expect(await redriveAll(all, 60)).toEqual({ webhook: 2, alerts: 1 });
    expect(done).toEqual(['redrive m1', 'redrive m2', 'redrive m3']);
  });

  it('leaves a letter that died again meanwhile, and shows it', async () => {
    const { all, done } = queues([ofDelivery('m1', 'd1'), ofDelivery('m2', 'd1', 2)]);
    expect(await redriveAll(all, 60)).toEqual({ webhook: 1 });
    expect(done).toEqual(['redrive m1', 'release m2']);
  });

  it('moves two letters of one round: a redrive of both sends once', async () => {
    const { all } = queues([ofDelivery('m1', 'd1'), ofDelivery('m2', 'd1')]);
    expect(await redriveAll(all, 60)).toEqual({ webhook: 2 });
  });

  it('shows what it held where a call fails', async () => {
    const { all, done } = queues([ofDelivery('m1', 'd1'), ofDelivery('m2', 'd2')], new Set(['m2']));
    await expect(redriveAll(all, 60)).rejects.toThrow('the queue fails');
    expect(done).toEqual(['redrive m1', 'release m2']);
  });
});

describe('a letter that is moved back', () => {
  async function redrive(letter: DeadLetter) {
    const { all, done } = queues([]);
    const watched = watchedRedrive(
      all,
      {
        keep: async (entries) =>
          void done.push(
            ...entries.map((one) => `watch ${one.watched.kind} ${one.watched.id} ${one.lookAt}`),
          ),
      },
      { now: () => Date.parse('2026-01-15T15:00:00.000Z') },
    );
    await watched.redrive(letter);
    return done;
  }

  it('of a delivery is watched before it is moved', async () => {
    expect(await redrive(ofDelivery('m1', 'd1'))).toEqual([
      'watch delivery d1 2026-01-15T15:20:00.000Z',
      'redrive m1',
    ]);
  });

  it('of alerts is watched by each of them, but those that are too large for a note', async () => {
    const alerts = [anAlert({ id: 'a1' }), anAlert({ id: 'a2', details: { raw: 'x'.repeat(100_000) } })];
    const accepted = { schema_version: '1' as const, request_id: 'r1', alerts };
    expect(await redrive(letterOf('m1', { queue: 'alerts', accepted }))).toEqual([
      'watch alert a1 2026-01-15T15:20:00.000Z',
      'redrive m1',
    ]);
  });

  it('of neither is moved without a note', async () => {
    expect(await redrive(letterOf('m1', {}))).toEqual(['redrive m1']);
  });
});
