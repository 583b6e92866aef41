import { closesMs, type FloodWindow, type Flow } from '../../model/wire/flow.ts';
import type { HeldBecause } from '../../model/wire/digest.ts';
import type { MailQuotaState } from '../../model/wire/mail-quota.ts';
import { STORM_KEY } from './flood-key.ts';

/**
 * Messages to one addressee in any sliding hour: 40 of any kind, 10 more only for critical ones, and the last 10 only for
 * storms, of which an hour holds at most five by their windows; what is left over are their further attempts.
 */
export const HOURLY_LIMITS = { usual: 40, urgent: 50, storm: 60 } as const;
/** So many urgent alerts of a flood are messages of their own. */
const URGENT_ALONE = 5;
const FIRST_WINDOW_MINUTES = 5;
const LONGEST_WINDOW_MINUTES = 60;
/** More floods at once than this are a storm. It bounds the item: some 80 bytes each. */
const MAX_WINDOWS = 100;
/**
 * How long a place counts. The message leaves after its place was taken, by at most as long as a function may run (30 s)
 * and as clocks may differ, so an hour between places would be a little less between messages.
 */
const PLACE_MS = 3_600_000 + 60_000;
/** An attempt that comes again so soon was received twice: a claim's lease (25 s) lets only one of them send. */
const REPETITION_MS = 20_000;

/** The facts of a message that the decision needs. */
export type FloodFacts = {
  kind: 'alert' | 'digest' | 'storm';
  /** Names the attempt: the same for a message that comes twice, another one for a retry. */
  placeId: string;
  floodKey: string;
  /** Critical, and not over. */
  isUrgent: boolean;
  /** A retry, a redrive, a replay, or a destination without digests: its time has come, whatever its flood does. */
  isPastWindows: boolean;
  /** It was held until now: what opens together shares one digest. */
  isHeld?: boolean;
  /** An earlier attempt may have sent it, so that a digest that tells of it too would be one message too many. */
  mayBeSent?: boolean;
  /**
   * The state of its row, once it was looked at: the attempt waits and was not made, or a worker began it and may have
   * sent it, so that it cannot join a digest any more.
   */
  rowState?: 'pending' | 'sending';
};

export type FloodVerdict =
  | { verdict: 'send' }
  | {
      verdict: 'join';
      because: HeldBecause;
      kind: 'window' | 'storm';
      key: string;
      openedMs: number;
      closesMs: number;
      /** Whether the digest's message is on its way. */
      isAnnounced: boolean;
    }
  /** The attempt had a place before. Its row says whether it is made again. */
  | { verdict: 'look' }
  /** No place is free, and it cannot join anything. */
  | { verdict: 'later'; untilMs: number };

/** How far the clocks of two workers may be apart. */
const CLOCKS_DIFFER_MS = 60_000;

type Decision = { verdict: FloodVerdict; flow: Flow };

/**
 * Whether a message goes out by itself, joins a digest, or waits; and what is remembered then.
 *
 * The same flow comes back (`===`) when there is nothing to remember. Deciding again about the same attempt is
 * harmless: it finds its place.
 */
export function decide(
  before: Flow,
  facts: FloodFacts,
  { nowMs, quota = 'ample' }: { nowMs: number; quota?: MailQuotaState },
): Decision {
  const decision = decideAsIfSent(before, facts, nowMs, quota);
  // With no quota left the message is put back without an attempt. It gets its place and its window when it goes out.
  return quota === 'exhausted' && decision.verdict.verdict === 'send'
    ? { ...decision, flow: before }
    : decision;
}

function decideAsIfSent(before: Flow, facts: FloodFacts, nowMs: number, quota: MailQuotaState): Decision {
  const flow = atInstant(before, nowMs);
  const known = flow.places.findLast(({ id }) => id === facts.placeId);
  if (known !== undefined && nowMs - known.atMs < REPETITION_MS) {
    return { verdict: { verdict: 'send' }, flow: before };
  }
  if (known !== undefined && facts.rowState === undefined) {
    return { verdict: { verdict: 'look' }, flow: before };
  }
  if (known !== undefined && facts.rowState === 'pending') {
    const others = flow.places.filter((place) => place !== known);
    return { verdict: { verdict: 'send' }, flow: withPlace({ ...flow, places: others }, facts, nowMs) };
  }
  // A message that may be sent for a second time counts as another message of this hour.
  if (facts.rowState === 'sending' || facts.mayBeSent === true || facts.kind === 'storm') {
    return flow.places.length < HOURLY_LIMITS.storm
      ? { verdict: { verdict: 'send' }, flow: withPlace(flow, facts, nowMs) }
      : { verdict: { verdict: 'later', untilMs: freeAt(flow) }, flow: before };
  }
  const held = heldBecause(flow, facts, quota);
  if (facts.kind === 'digest' || facts.isPastWindows) {
    return held === undefined
      ? { verdict: { verdict: 'send' }, flow: withPlace(flow, facts, nowMs) }
      : joinStorm(before, flow, held, nowMs);
  }
  if (facts.isHeld === true) return joinStorm(before, flow, 'outside-interval', nowMs);
  const window = flow.windows[facts.floodKey];
  if (window !== undefined) {
    return facts.isUrgent && window.urgent < URGENT_ALONE && held === undefined
      ? sendInWindow(flow, facts, { ...window, urgent: window.urgent + 1 }, nowMs)
      : { verdict: joining('window', facts.floodKey, window, 'flood'), flow: before };
  }
  if (held !== undefined || Object.keys(flow.windows).length >= MAX_WINDOWS) {
    return joinStorm(before, flow, held ?? 'hourly-limit', nowMs);
  }
  return sendInWindow(flow, facts, { ...newWindow(nowMs), urgent: facts.isUrgent ? 1 : 0 }, nowMs);
}

/** The flow after the digest of a window was announced; the same flow when that window is over. */
export function announced(
  before: Flow,
  digest: { kind: 'window' | 'storm'; key: string; openedMs: number },
  nowMs: number,
): Flow {
  const flow = atInstant(before, nowMs);
  const window = digest.kind === 'storm' ? flow.storm : flow.windows[digest.key];
  if (window === undefined || window.openedMs !== digest.openedMs || window.isJoined) {
    return before;
  }
  const joined = { ...window, isJoined: true };
  return digest.kind === 'storm'
    ? { ...flow, storm: joined }
    : { ...flow, windows: { ...flow.windows, [digest.key]: joined } };
}

/** A flow at an instant: the places of the last hour, and each flood in its present window. */
function atInstant(flow: Flow, nowMs: number): Flow {
  const storm = flow.storm === undefined ? undefined : windowAt(flow.storm, nowMs);
  return {
    places: flow.places.filter(({ atMs }) => nowMs - atMs < PLACE_MS && !isOfLater(atMs, nowMs)),
    windows: Object.fromEntries(
      Object.entries(flow.windows).flatMap(([key, window]) => {
        const current = windowAt(window, nowMs);
        return current === undefined ? [] : [[key, current]];
      }),
    ),
    ...(storm !== undefined && { storm }),
  };
}

/**
 * A window that a delivery joined is followed by one of twice the length; a window without any ends the flood.
 *
 * 5 -> 10 -> 20 -> 40 -> 60 -> 60 ... minutes
 */
function windowAt(window: FloodWindow, nowMs: number): FloodWindow | undefined {
  if (isOfLater(window.openedMs, nowMs)) {
    return undefined;
  }
  const endMs = closesMs(window);
  if (nowMs < endMs) {
    return window;
  }
  if (!window.isJoined) {
    return undefined;
  }
  const minutes = Math.min(LONGEST_WINDOW_MINUTES, window.minutes * 2);
  const next = { openedMs: endMs, minutes, isJoined: false, urgent: window.urgent };
  return nowMs < closesMs(next) ? next : undefined;
}

/** Written before the clock jumped back: until the clock is there again, nothing would go out, and digests would be closed. */
function isOfLater(ms: number, nowMs: number): boolean {
  return ms > nowMs + CLOCKS_DIFFER_MS;
}

function newWindow(nowMs: number): FloodWindow {
  return { openedMs: nowMs, minutes: FIRST_WINDOW_MINUTES, isJoined: false, urgent: 0 };
}

/** Why a message that could go out by itself must not; undefined when it may. */
function heldBecause(flow: Flow, facts: FloodFacts, quota: MailQuotaState): HeldBecause | undefined {
  if (flow.places.length >= (facts.isUrgent ? HOURLY_LIMITS.urgent : HOURLY_LIMITS.usual)) {
    return 'hourly-limit';
  }
  return quota === 'ample' || facts.isUrgent ? undefined : 'mail-quota';
}

function sendInWindow(flow: Flow, facts: FloodFacts, window: FloodWindow, nowMs: number): Decision {
  const windows = { ...flow.windows, [facts.floodKey]: window };
  return { verdict: { verdict: 'send' }, flow: withPlace({ ...flow, windows }, facts, nowMs) };
}

/** A new storm is remembered before any delivery joins it, so that all of them join the same one. */
function joinStorm(before: Flow, flow: Flow, because: HeldBecause, nowMs: number): Decision {
  const storm = flow.storm ?? newWindow(nowMs);
  return {
    verdict: joining('storm', STORM_KEY, storm, because),
    flow: flow.storm === undefined ? { ...flow, storm } : before,
  };
}

function joining(
  kind: 'window' | 'storm',
  key: string,
  window: FloodWindow,
  because: HeldBecause,
): FloodVerdict {
  return {
    verdict: 'join',
    because,
    kind,
    key,
    openedMs: window.openedMs,
    closesMs: closesMs(window),
    isAnnounced: window.isJoined,
  };
}

function withPlace(flow: Flow, { placeId }: FloodFacts, nowMs: number): Flow {
  return { ...flow, places: [...flow.places, { id: placeId, atMs: nowMs }] };
}

/** When the oldest place ends. Workers' clocks differ, so the first is not always the oldest. */
function freeAt({ places }: Flow): number {
  return Math.min(...places.map(({ atMs }) => atMs)) + PLACE_MS;
}
