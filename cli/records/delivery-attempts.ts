import { counted } from '../../functions/core/text/count-words.ts';
import { breakerState, type EndpointHealth } from '../../functions/core/model/wire/endpoint-health.ts';
import type { Attempt, Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import { inert } from '../screen/terminal.ts';
import type { Session } from '../session.ts';
import { describeWay } from '../words/attempt.ts';
import { TOCSIN } from '../words/hint.ts';
import { describeSuppression } from '../words/suppression.ts';
import { readableMs, relativeTime } from '../words/time.ts';
import { digestLines } from './digest-story.ts';

/** The things that a delivery may wait for. */
type Awaited = {
  /** The digest that tells of it. */
  joined: DigestStory | undefined;
  /** Of its endpoint. */
  health: EndpointHealth | undefined;
};

/** A line for each attempt and for each thing worth knowing of it, then what comes next or why nothing does. */
export function describeAttempts(delivery: Delivery, about: Awaited, session: Session): string[] {
  const made = delivery.attempts.flatMap((attempt) => describeAttempt(attempt, session));
  return [...made, ...describeNow(delivery, about, session.nowMs)];
}

function describeNow(delivery: Delivery, { health, joined }: Awaited, nowMs: number): string[] {
  switch (delivery.state) {
    case 'sending':
      return [
        `${delivery.attempt}.  under way; the claim holds until ${delivery.lease_until ?? 'it is recorded'}`,
      ];
    case 'pending':
      return describePending(delivery, health, nowMs);
    case 'dead':
      return delivery.is_test === true
        ? []
        : [`nobody retries by itself any more; see: ${TOCSIN} dead-letters list`];
    case 'digested':
      return joined === undefined ? [] : digestLines(joined, nowMs);
    case 'suppressed':
      return delivery.silence === undefined
        ? [`not sent: ${describeSuppression(delivery.reason)}`]
        : [`not sent: silenced; see: ${TOCSIN} silence show ${delivery.silence.id}`];
    case 'delivered':
      return [];
  }
}

function describePending(delivery: Delivery, health: EndpointHealth | undefined, nowMs: number): string[] {
  if (delivery.lease_until !== undefined) {
    return [
      `${delivery.attempt}.  its worker died; its claim ended at ${delivery.lease_until}, and its queue shows the message again within minutes`,
    ];
  }
  // An attempt that was put back is the one that is still to come.
  const next = delivery.deferrals === undefined ? delivery.attempt + 1 : delivery.attempt;
  const waited = delivery.deferrals === undefined ? [] : [describeWait(delivery)];
  if (breakerState(health, nowMs) === 'open') {
    return [
      ...waited,
      `the receiver failed ${health?.failures ?? 0} times in a row: nothing is sent to it until ${health?.openUntil ?? ''}`,
      `${next}.  after that, ${relativeTime(health?.openUntil, nowMs)}`,
    ];
  }
  const { due_at: due } = delivery;
  return [...waited, `${next}.  due ${due === undefined ? 'now' : `${relativeTime(due, nowMs)} (${due})`}`];
}

/** The word stands there too, so the color is never the only sign. */
const OUTCOME_STYLE = { delivered: 'green', failed: 'red', retry: 'yellow' } as const;

function describeAttempt(attempt: Attempt, session: Session): string[] {
  const result =
    attempt.status === undefined ? attempt.reason : `${attempt.reason ?? 'status'} ${attempt.status}`;
  const outcome =
    attempt.outcome === 'delivered'
      ? 'delivered'
      : `${attempt.outcome}${result === undefined ? '' : `: ${result}`}`;
  const color = OUTCOME_STYLE[attempt.outcome];
  const parts = [
    `${attempt.number}.`,
    attempt.started_at,
    session.paint(color, outcome),
    `in ${readableMs(attempt.duration_ms)}`,
    ...(attempt.outcome === 'delivered' && attempt.status !== undefined ? [`status ${attempt.status}`] : []),
    ...(attempt.next_due_at === undefined ? [] : [`next due ${attempt.next_due_at}`]),
  ];
  const { deferrals, deferred_since: since } = attempt;
  const way = describeWay(attempt);
  const more = [
    ...(deferrals === undefined
      ? []
      : [`put back ${counted(deferrals, 'time', 'times')} before, since ${since ?? 'then'}`]),
    ...(attempt.detail === undefined ? [] : [inert(attempt.detail)]),
    ...(way === undefined ? [] : [way]),
    ...(attempt.message_id === undefined ? [] : [`message id ${inert(attempt.message_id)}`]),
    ...(attempt.response_excerpt ? [`answer: ${inert(attempt.response_excerpt).slice(0, 200)}`] : []),
  ];
  return [parts.join('  '), ...more.map((line) => session.paint('dim', `    ${line}`))];
}

function describeWait({ reason, deferrals = 0, deferred_since: since }: Delivery): string {
  const why =
    reason === 'mail-quota-exhausted' ? 'its daily quota is used up' : 'there are too many mails at once';
  return `the mail service takes no mail now: ${why}; put back ${counted(deferrals, 'time', 'times')} since ${since ?? 'then'}, which counts as no attempt`;
}
