import type { AlertStatus } from '../../model/wire/alert.ts';
import type { SuppressionReason } from '../../model/wire/delivery-reasons.ts';
import type { SeverityId } from '../../model/wire/severity.ts';
import type { Arrival, Story, StoryNote, Telling } from '../../model/wire/story.ts';
import type { StoryPolicy } from './policy.ts';

/** Tellings that are remembered: as many as may wait for their attempts while others are told. */
const MAX_TELLINGS = 8;
/** Alerts that are known to be counted: a message that comes again later than twenty others is counted once more. */
const MAX_COUNTED = 20;
/** How far the clocks of two workers may be apart. */
const CLOCKS_DIFFER_MS = 60_000;

/** The facts of an alert that the judgement needs. */
export type News = {
  /** Names the delivery: the same however often its message comes. */
  id: string;
  status: AlertStatus;
  severity: SeverityId;
  arrival: Arrival;
  /** An operator asked for it: it is told whatever the story says. */
  isAskedFor: boolean;
  /** Somebody has handled it already, the sender says. */
  isHandled: boolean;
};

type Judgement =
  | { isTold: true; note?: StoryNote }
  | {
      isTold: false;
      reason: Extract<
        SuppressionReason,
        'repeated' | 'never-told' | 'overtaken' | 'end-not-wanted' | 'already-handled'
      >;
    };

type Judged = { story: Story; judgement: Judgement };

/**
 * Whether a reader is told of an alert, by what the reader was told before; and what is remembered then.
 *
 * | the alert | the story | then |
 * |---|---|---|
 * | any | names this delivery | told, as it was decided before |
 * | firing | nothing is told, or it was over | told, and the story begins |
 * | firing | its end came, and this one arrived before that end: nothing told yet | told, with the end |
 * | firing | the same, and the end was told | overtaken; told with `every` |
 * | firing, graver than what was told last | goes on | told, with the count |
 * | firing | goes on, and the time since the last telling is over | told, with the count |
 * | firing | goes on | repeated; told with `every` |
 * | an end | nothing is told | never-told; told with `always` |
 * | an end | goes on | told, with the count |
 * | an end | goes on, and a later alert says that it fires | overtaken |
 * | an end | was over in another way | told |
 * | an end | was over in the same way | repeated; with `always` told again when the time is over |
 *
 * With `resolved never` no end is told. The same story comes back (`===`) only where the alert is told. A reader who is
 * not told must be judged by the table, and the write finds out whether the table has changed.
 */
export function judge(before: Story, news: News, policy: StoryPolicy, nowMs: number): Judged {
  const known = before.tellings.find(({ id }) => id === news.id);
  if (known !== undefined) return { story: before, judgement: told(known.note) };
  if (news.isAskedFor) return tell(before, news, nowMs);
  return news.status === 'firing'
    ? judgeFiring(before, news, policy, nowMs)
    : judgeEnd(before, news, policy, nowMs);
}

/** The story as if the delivery had not been told: it failed for good. */
export function takenBack(before: Story, id: string): Story {
  const tellings = before.tellings.filter((telling) => telling.id !== id);
  if (tellings.length === before.tellings.length) return before;
  const last = tellings.at(-1);
  return { ...before, tellings, isOver: last !== undefined && last.status !== 'firing' };
}

function judgeFiring(before: Story, news: News, { repeat }: StoryPolicy, nowMs: number): Judged {
  const { ending, isOver } = before;
  const last = before.tellings.at(-1);
  const isEvery = repeat === 'every';
  if (last === undefined || isOver) {
    const cameBefore = ending !== undefined && isBefore(news.arrival, ending);
    const isClearlyBefore = cameBefore && isLongBefore(news.arrival, ending);
    if (last !== undefined && isClearlyBefore && !isEvery) return suppressed(before, 'overtaken');
    const isEnded = cameBefore && (last === undefined || isClearlyBefore);
    return tell(before, news, nowMs, isEnded ? ending : undefined);
  }
  if (isEvery) return { story: before, judgement: told(undefined) };
  const isDue = nowMs - last.atMs >= repeat.afterMs || last.atMs > nowMs + CLOCKS_DIFFER_MS;
  return news.severity > last.severity || isDue
    ? tell(before, news, nowMs)
    : suppressed(counted(before, news), 'repeated');
}

function judgeEnd(before: Story, news: News, policy: StoryPolicy, nowMs: number): Judged {
  const { ending, fired, isOver } = before;
  const last = before.tellings.at(-1);
  const after = withEnd(before, news);
  if (policy.resolved === 'never') return suppressed({ ...after, isOver: true }, 'end-not-wanted');
  const isAlways = policy.resolved === 'always' && !news.isHandled;
  if (last === undefined && !isAlways) {
    return suppressed(after, news.isHandled ? 'already-handled' : 'never-told');
  }
  if (isOver && ending?.status === news.status) {
    const isDue =
      policy.repeat === 'every' || last === undefined || nowMs - last.atMs >= policy.repeat.afterMs;
    return isAlways && isDue ? tell(before, news, nowMs) : suppressed(after, 'repeated');
  }
  return !isOver && fired !== undefined && isLongBefore(news.arrival, fired)
    ? suppressed(before, 'overtaken')
    : tell(before, news, nowMs);
}

/** @param ended the end that came before this alert could be told. */
function tell(before: Story, news: News, nowMs: number, ended?: Story['ending']): Judged {
  const isFiring = news.status === 'firing';
  const after = isFiring ? counted(before, news) : withEnd(before, news);
  const note = noteOf(after, ended);
  const telling: Telling = {
    id: news.id,
    status: news.status,
    severity: news.severity,
    atMs: nowMs,
    ...(note !== undefined && { note }),
  };
  return {
    story: {
      ...after,
      tellings: [...before.tellings, telling].slice(-MAX_TELLINGS),
      isOver: !isFiring || ended !== undefined,
    },
    judgement: told(note),
  };
}

function told(note: StoryNote | undefined): Judgement {
  return note === undefined ? { isTold: true } : { isTold: true, note };
}

function suppressed(after: Story, reason: Extract<Judgement, { isTold: false }>['reason']): Judged {
  return { story: { ...after }, judgement: { isTold: false, reason } };
}

/** A count of one is no news. */
function noteOf({ run }: Story, ended: Story['ending']): StoryNote | undefined {
  if (run === undefined || (run.count < 2 && ended === undefined)) return undefined;
  const { count, since } = run;
  return { count, since, ...(ended !== undefined && { ended: { status: ended.status, at: ended.at } }) };
}

/** With a firing alert counted, each once. An alert that fires after an end, or first of all, begins to count. */
function counted(before: Story, { id, arrival }: News): Story {
  const { run, fired } = before;
  const after = { ...before, fired: fired !== undefined && isBefore(arrival, fired) ? fired : arrival };
  if (run === undefined || before.isOver) {
    return { ...after, run: { since: arrival.at, count: 1, counted: [id] } };
  }
  if (run.counted.includes(id)) return after;
  return {
    ...after,
    run: {
      since: arrival.at < run.since ? arrival.at : run.since,
      count: run.count + 1,
      counted: [...run.counted, id].slice(-MAX_COUNTED),
    },
  };
}

function withEnd(before: Story, { arrival, status }: News): Story {
  const { ending } = before;
  return ending !== undefined && isBefore(arrival, ending)
    ? before
    : { ...before, ending: { ...arrival, status } };
}

function isBefore(a: Arrival, b: Arrival): boolean {
  return a.at === b.at ? a.index < b.index : a.at < b.at;
}

/** Whether one arrival was before another for certain, though the clocks of the two receiving workers may differ. */
function isLongBefore(a: Arrival, b: Arrival): boolean {
  return a.at === b.at ? a.index < b.index : Date.parse(b.at) - Date.parse(a.at) > CLOCKS_DIFFER_MS;
}
