import { boundedMap, CALLS_AT_ONCE } from '../bounded-map.ts';
import { idsOf, type DeadLetter, type DeadLetterQueueId } from '../model/wire/dead-letter.ts';
import type { DeadLetterQueues } from './ports.ts';

/** So many letters are read, then moved: none is hidden from others for long, and few are in memory. */
const LETTERS_AT_ONCE = 200;

/**
 * Moves every visible letter back to its queue, one by one and each with its note, and says how many of each queue.
 *
 * A letter that dies again at once is left: it would be met for as long as the command runs.
 */
export async function redriveAll(
  queues: DeadLetterQueues,
  visibilitySeconds: number,
): Promise<Partial<Record<DeadLetterQueueId, number>>> {
  const moved: Partial<Record<DeadLetterQueueId, number>> = {};
  const met = new Map<string, number>();
  const held = new Set<DeadLetter>();
  const chosen: DeadLetter[] = [];

  async function move(): Promise<void> {
    await boundedMap(chosen.splice(0), CALLS_AT_ONCE, async (letter) => {
      await queues.redrive(letter);
      held.delete(letter);
      moved[letter.queue] = (moved[letter.queue] ?? 0) + 1;
    });
  }

  try {
    for await (const letter of queues.read({ visibilitySeconds })) {
      held.add(letter);
      const { delivery } = letter;
      const key = keyOf(letter);
      const before = met.get(key);
      // Two letters of one round may lie there: a redrive of both sends once.
      if (before === undefined || (delivery !== undefined && delivery.round <= before)) chosen.push(letter);
      if (before === undefined) met.set(key, delivery?.round ?? 1);
      if (chosen.length >= LETTERS_AT_ONCE) await move();
    }
    await move();
  } finally {
    await boundedMap([...held], CALLS_AT_ONCE, async (letter) => queues.release(letter));
  }
  return moved;
}

/** The subject of a letter. */
function keyOf(letter: DeadLetter): string {
  const { deliveryIds, alertIds } = idsOf(letter);
  return `${letter.queue} ${letter.event?.id ?? deliveryIds[0] ?? alertIds[0] ?? letter.messageId}`;
}
