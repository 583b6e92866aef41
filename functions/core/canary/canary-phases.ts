import { CANARY_DESTINATION_ID, CANARY_MAIL_DESTINATION_ID } from '../model/config/canary.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import {
  type Canary,
  CANARY_LATE_MS,
  CANARY_MAIL_LATE_MS,
  type CanaryPhase,
  type CanaryPhaseName,
  type CanaryWatch,
  isInTimeAfter,
} from '../model/wire/canary.ts';
import type { Attempt, Delivery } from '../model/wire/delivery.ts';

/** What is stored of a canary's alert: the router's decision and the rows of its deliveries. */
type CanaryTrail = { routed: RoutedAlert; rows: readonly Delivery[] } | undefined;

type Reached = { at: string } | { problem: string } | undefined;

/**
 * What became of a canary, phase by phase, each with the time since the one before.
 *
 * A phase that failed is the last that says anything: those after it were not reached. So is the first that waits, but for the
 * mail, which goes its own way.
 *
 * @param hasHeartbeat whether this gateway has one
 */
export function canaryPhases(canary: Canary, trail: CanaryTrail, hasHeartbeat: boolean): CanaryPhase[] {
  const webhook = rowOf(trail, CANARY_DESTINATION_ID);
  const steps: [CanaryPhaseName, Reached][] = [
    ['accepted', accepted(canary)],
    ['routed', trail === undefined ? undefined : routed(trail.routed)],
    ['delivered', delivered(webhook, canary)],
    ['receipt', receipt(webhook, canary)],
    ...(hasHeartbeat ? [['heartbeat', heartbeat(canary)] as [CanaryPhaseName, Reached]] : []),
  ];
  const phases = inOrder(canary.sent_at, steps);
  if (!canary.with_mail) return phases;
  const routedAt = trail?.routed.routed_at ?? canary.sent_at;
  return [...phases, ...inOrder(routedAt, [['mail', mailed(rowOf(trail, CANARY_MAIL_DESTINATION_ID))]])];
}

function inOrder(since: string, steps: readonly [CanaryPhaseName, Reached][]): CanaryPhase[] {
  let before = Date.parse(since);
  let isOver = false;
  return steps.map(([phase, reached]): CanaryPhase => {
    if (isOver || reached === undefined) {
      isOver = true;
      return { phase, state: 'waiting' };
    }
    if ('problem' in reached) {
      // What follows a heartbeat that nobody heard has not failed with it.
      isOver = true;
      return { phase, state: 'failed', problem: reached.problem };
    }
    const atMs = Date.parse(reached.at);
    const tookMs = Math.max(0, atMs - before);
    before = Math.max(before, atMs);
    return { phase, state: 'done', took_ms: tookMs, at: reached.at };
  });
}

function accepted({ sent_at: sentAt, door }: Canary): Reached {
  if (door === undefined) return undefined;
  if ('problem' in door) return { problem: door.problem };
  return { at: later(sentAt, door.took_ms) };
}

function routed({ routing, routed_at: routedAt }: RoutedAlert): Reached {
  return routing === 'dead'
    ? { problem: 'no router could take it: it is a dead letter of the alerts queue' }
    : { at: routedAt };
}

/** Delivered is what a worker posted, whatever the receiver answered: that is for the receipt. */
function delivered(row: Delivery | undefined, { received_at: receivedAt }: Canary): Reached {
  const made = row?.attempts.at(-1);
  if (made?.status !== undefined) return { at: made.started_at };
  if (row?.state === 'dead' || row?.state === 'suppressed') return { problem: failure(row, made) };
  // Its worker may have died before it could write that down.
  return receivedAt === undefined ? undefined : { at: receivedAt };
}

function receipt(row: Delivery | undefined, { received_at: receivedAt }: Canary): Reached {
  if (receivedAt !== undefined) return { at: receivedAt };
  const made = row?.attempts.at(-1);
  return row?.state === 'dead' && made?.status !== undefined
    ? { problem: `the receiver answered ${String(made.status)}; expected 200` }
    : undefined;
}

function heartbeat({ received_at: receivedAt, heartbeat: told }: Canary): Reached {
  if (receivedAt === undefined || told === undefined) return undefined;
  return told.problem === undefined
    ? { at: later(receivedAt, told.took_ms) }
    : { problem: `the heartbeat was not heard: ${told.problem}` };
}

function mailed(row: Delivery | undefined): Reached {
  const made = row?.attempts.at(-1);
  if (row?.state === 'delivered' && made !== undefined) {
    const arrived = row.mail_events?.find(({ type }) => type === 'delivery');
    return { at: arrived?.at ?? later(made.started_at, made.duration_ms) };
  }
  return row?.state === 'dead' || row?.state === 'suppressed' ? { problem: failure(row, made) } : undefined;
}

function failure({ reason, state }: Delivery, made: Attempt | undefined): string {
  const detail = made?.detail === undefined ? '' : `: ${made.detail}`;
  return `${reason ?? state}${detail}`;
}

function rowOf(trail: CanaryTrail, destinationId: string): Delivery | undefined {
  return trail?.rows.find((row) => row.destination_id === destinationId);
}

const later = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();

/** How one watch of the canaries stands: well, or out of order since a canary and at a phase. */
export type CanaryVerdict =
  | { watch: CanaryWatch; state: 'well' }
  | { watch: CanaryWatch; state: 'late'; phase: CanaryPhaseName; problem: string; canary: Canary };

/** Whether the time is over in which a canary should have been received. */
function isDue({ sent_at: sentAt }: Canary, nowMs: number): boolean {
  return nowMs - Date.parse(sentAt) >= CANARY_LATE_MS;
}

function isInTime({ sent_at: sentAt, received_at: receivedAt }: Canary): boolean {
  return receivedAt !== undefined && isInTimeAfter(Date.parse(receivedAt) - Date.parse(sentAt));
}

/** The canary that says how each watch stands: the newest of which everything is known by now. */
export function tellingCanaries(
  newestFirst: readonly Canary[],
  nowMs: number,
): Partial<Record<CanaryWatch, Canary>> {
  const due = newestFirst.filter((canary) => isDue(canary, nowMs));
  const [path] = due;
  const heard = due.find(({ heartbeat: told }) => told !== undefined);
  const mail = newestFirst.find(
    ({ with_mail: withMail, sent_at: sentAt }) =>
      withMail && nowMs - Date.parse(sentAt) >= CANARY_MAIL_LATE_MS,
  );
  return {
    ...(path !== undefined && { path }),
    ...(heard !== undefined && { heartbeat: heard }),
    ...(mail !== undefined && { mail }),
  };
}

/** What the phases of such a canary say of the watch that it tells of; undefined where they say nothing of it. */
export function judgeCanary(
  watch: CanaryWatch,
  canary: Canary,
  phases: readonly CanaryPhase[],
): CanaryVerdict | undefined {
  const late = (phase: CanaryPhaseName, problem: string): CanaryVerdict => ({
    watch,
    state: 'late',
    phase,
    problem,
    canary,
  });
  const own = phases.find(({ phase }) => phase === watch);
  if (watch === 'heartbeat') {
    // Whether it was told is known without the receipt. Of a heartbeat that was taken away nothing is told any more.
    const problem = canary.heartbeat?.problem;
    return own === undefined || problem === undefined
      ? { watch, state: 'well' }
      : late(watch, `the heartbeat was not heard: ${problem}`);
  }
  if (watch === 'mail') {
    // What never reached the router is for the path to tell.
    if (!phases.some(({ phase, state }) => phase === 'routed' && state === 'done')) return undefined;
    return own === undefined || own.state === 'done'
      ? { watch, state: 'well' }
      : late(watch, own.state === 'failed' ? own.problem : WAITED_FOR[watch]);
  }
  if (isInTime(canary)) return { watch, state: 'well' };
  const stopped = phases.find(({ state }) => state !== 'done');
  if (canary.received_at !== undefined || stopped === undefined) {
    return late('receipt', `it came after ${seconds(canary)} s; expected ${String(CANARY_LATE_MS / 1_000)}`);
  }
  return late(stopped.phase, stopped.state === 'failed' ? stopped.problem : WAITED_FOR[stopped.phase]);
}

/** What it means that a phase never came. */
const WAITED_FOR: Record<CanaryPhaseName, string> = {
  accepted: 'who sent it ended before the door had answered',
  routed: 'no router has taken it from the alerts queue',
  delivered: 'nobody has made an attempt: the webhook queue is not worked off',
  receipt: 'it was delivered, and the receiver has written no receipt',
  heartbeat: 'its receipt came, and nobody told the heartbeat',
  mail: 'nobody has sent it: the email queue is not worked off',
};

function seconds({ sent_at: sentAt, received_at: receivedAt }: Canary): string {
  return String(Math.round((Date.parse(receivedAt ?? sentAt) - Date.parse(sentAt)) / 1_000));
}
