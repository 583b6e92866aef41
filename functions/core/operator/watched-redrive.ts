import type { DeadLetter } from '../model/wire/dead-letter.ts';
import { watchedAlert, watchedMessage, type Watched } from '../model/wire/watched.ts';
import { OVERDUE_AFTER_MS } from '../watch/judge-delivery.ts';
import type { WatchList } from '../watch/ports.ts';
import type { Clock } from '../world.ts';
import type { DeadLetterQueues } from './ports.ts';

/** An item of the table ends at 400 KB. A larger alert is redriven without a note. */
const MAX_NOTE_CHARACTERS = 100_000;

/**
 * The dead-letter queues, of which each letter is put on the watch list before it is moved back: its row, or its alert, is dead
 * until somebody takes the message, so nothing else would miss it.
 *
 * An event of the mail service or of the AWS door has no record that could tell whether it was taken, and no note.
 */
export function watchedRedrive(
  queues: DeadLetterQueues,
  watchList: Pick<WatchList, 'keep'>,
  clock: Clock,
): DeadLetterQueues {
  return {
    ...queues,
    redrive: async (letter) => {
      const nowMs = clock.now();
      const lookAt = new Date(nowMs + OVERDUE_AFTER_MS).toISOString();
      const notes = notesOf(letter, new Date(nowMs).toISOString());
      await watchList.keep(notes.map((watched) => ({ watched, lookAt })));
      await queues.redrive(letter);
    },
  };
}

function notesOf({ delivery, accepted }: DeadLetter, at: string): Watched[] {
  if (delivery !== undefined) {
    // Made again from its alert, as that of any other delivery whose message is lost.
    const { body: _body, ...message } = delivery;
    return [watchedMessage(message, at)];
  }
  if (accepted === undefined) return [];
  const { alerts, ...request } = accepted;
  return alerts
    .filter((alert) => JSON.stringify(alert).length <= MAX_NOTE_CHARACTERS)
    .map((alert) => watchedAlert(alert, { at, request }));
}
