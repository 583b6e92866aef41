import { describe, expect, it } from 'vitest';
import { watchedAlert, type Redriven } from '../../../functions/core/model/wire/watched.ts';
import { lookAtRaised } from '../../../functions/core/watch/look-at-raised.ts';
import { noNotes } from '../../../functions/core/watch/watch-run.ts';
import { anAlert, aRoutedAlert } from '../../adapters/records.ts';
import { aRun, minutesAgo } from './a-run.ts';

const redriven = (at: string): Redriven => ({
  at,
  request: { schema_version: '1', request_id: 'request-1' },
});

type Given = {
  minutes: number;
  redriven?: Redriven;
  resent?: number;
  stored?: { routing?: 'routed' | 'dead'; routedAt: string };
  isEmpty?: boolean;
};

async function look({ minutes, redriven: moved, resent = 0, stored, isEmpty = false }: Given) {
  const alert = anAlert({ received_at: minutesAgo(minutes) });
  const routed = aRoutedAlert(alert, {
    routing: stored?.routing ?? 'routed',
    routed_at: stored?.routedAt ?? '',
  });
  const { run } = aRun({ isEmpty, stored: stored === undefined ? [] : [{ routed }] });
  const notes = noNotes();
  await lookAtRaised([{ ...watchedAlert(alert, moved), resent } as never], notes, run);
  return {
    removed: notes.remove.length,
    raised: notes.raise.length,
    redriven: notes.redrive.map(({ is_repeat: isRepeat }) => isRepeat),
    kept: notes.keep.map(({ watched }) => 'resent' in watched && watched.resent),
  };
}

describe('a system alert', () => {
  it.each([
    [
      'is over once a router has stored it',
      { minutes: 1, stored: { routedAt: minutesAgo(0) } },
      { removed: 1 },
    ],
    ['waits for its router for 20 minutes', { minutes: 19, isEmpty: true }, { kept: [0] }],
    ['is raised again where the queue is empty', { minutes: 21, isEmpty: true }, { raised: 1, kept: [1] }],
    ['is not raised again while it may be in the queue', { minutes: 21 }, { kept: [0] }],
    [
      'is raised again as often as it is lost',
      { minutes: 90, isEmpty: true, resent: 3 },
      { raised: 1, kept: [4] },
    ],
  ] satisfies [string, Given, object][])('%s', async (_name, given, seen) => {
    expect(await look(given)).toEqual({ removed: 0, raised: 0, redriven: [], kept: [], ...seen });
  });
});

describe('an alert whose dead letter was moved back', () => {
  const moved = redriven(minutesAgo(21));

  it.each([
    [
      'is not over because it was dead before',
      { stored: { routing: 'dead', routedAt: minutesAgo(60) } },
      { kept: [0] },
    ],
    [
      'is over once it has died again',
      { stored: { routing: 'dead', routedAt: minutesAgo(5) } },
      { removed: 1 },
    ],
    ['is over once it is routed', { stored: { routedAt: minutesAgo(60) } }, { removed: 1 }],
    [
      'is sent again as a repetition where the queue is empty',
      { isEmpty: true },
      { redriven: [true], kept: [1] },
    ],
    ['is sent again once', { isEmpty: true, resent: 1 }, { removed: 1 }],
  ] satisfies [string, Partial<Given>, object][])('%s', async (_name, given, seen) => {
    const found = await look({ minutes: 600, redriven: moved, ...given });
    expect(found).toEqual({ removed: 0, raised: 0, redriven: [], kept: [], ...seen });
  });
});
