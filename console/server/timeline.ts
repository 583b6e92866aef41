import { readableMs } from '../../cli/words/time.ts';
import { describeTrace } from '../../cli/words/routing.ts';
import { describeSuppression } from '../../cli/words/suppression.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Attempt } from '../../functions/core/model/wire/delivery.ts';
import type { MailEventType } from '../../functions/core/model/wire/mail-event.ts';
import type { Moment, StoryDelivery } from '../api/alerts.ts';

type Draft = Omit<Moment, 'delivery_id' | 'attempt'> & Partial<Pick<Moment, 'delivery_id' | 'attempt'>>;

/** The moments of an alert that the records tell, oldest first. */
export function timelineOf(
  routed: RoutedAlert,
  deliveries: readonly StoryDelivery[],
  nowMs: number,
): Moment[] {
  const drafts = [...arrivalOf(routed), ...deliveries.flatMap((delivery) => partOf(delivery, nowMs))];
  return drafts
    .map((draft): Moment => ({ delivery_id: null, attempt: null, ...draft }))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function arrivalOf({ alert, authenticated_by: by, routing, routed_at: at, trace }: RoutedAlert): Draft[] {
  const told = trace.filter(({ decision }) => decision === 'deliver').map((one) => one.destination_name);
  const routedSays = {
    routed: `routed to ${told.join(', ') || 'nobody yet'}`,
    unrouted: 'routed to nobody: no destination took it',
    dead: 'dead: no router could take it',
  }[routing];
  const kept = trace.filter(({ decision }) => decision !== 'deliver' && decision !== 'skip');
  return [
    ...(alert.event_time === alert.received_at
      ? []
      : [
          {
            at: alert.event_time,
            kind: 'happened' as const,
            says: 'happened, as its sender says',
            tone: 'plain' as const,
          },
        ]),
    {
      at: alert.received_at,
      kind: 'received',
      says: `received from ${alert.source.name}${proofOf(by)}, read as ${alert.source.format}`,
      tone: 'plain',
    },
    { at, kind: 'routed', says: routedSays, tone: routing === 'routed' ? 'plain' : 'bad' },
    ...kept.map((one) => ({
      at,
      kind: 'routed' as const,
      says: `${one.destination_name}: ${describeTrace(one)}`,
      tone: 'waiting' as const,
    })),
  ];
}

function proofOf(by: RoutedAlert['authenticated_by']): string {
  if (by === undefined) return '';
  return by === 'none' ? ', from anybody' : `, authenticated by ${by}`;
}

const MAIL_TONES: Record<MailEventType, Moment['tone']> = {
  send: 'plain',
  delivery: 'good',
  'delivery-delay': 'waiting',
  bounce: 'bad',
  complaint: 'bad',
  reject: 'bad',
  'rendering-failure': 'bad',
};

const MAIL_WORDS: Record<MailEventType, string> = {
  send: 'handed to the mail service',
  delivery: 'taken by the mail server of the recipient',
  'delivery-delay': 'the mail server of the recipient lets it wait',
  bounce: 'bounced',
  complaint: 'the recipient called it spam',
  reject: 'refused by the mail service',
  'rendering-failure': 'the mail service could not make it',
};

function partOf(delivery: StoryDelivery, nowMs: number): Draft[] {
  const to = delivery.recipient ?? delivery.destination_name;
  const of = { delivery_id: delivery.id };
  const made = delivery.attempts.map((attempt): Draft => ({
    ...of,
    at: attempt.started_at,
    kind: 'attempt',
    attempt: attempt.number,
    says: `${to}: attempt ${String(attempt.number)} ${attemptSays(attempt)}`,
    tone: attempt.outcome === 'delivered' ? 'good' : 'bad',
  }));
  const mail = (delivery.mail_events ?? []).map((event): Draft => ({
    ...of,
    at: event.at,
    kind: 'mail-event',
    says: `${to}: ${MAIL_WORDS[event.type]}${event.detail === undefined ? '' : ` (${event.detail})`}`,
    tone: MAIL_TONES[event.type],
  }));
  return [...made, ...mail, ...stateOf(delivery, to, nowMs).map((draft) => ({ ...of, ...draft }))];
}

function attemptSays({ outcome, reason, status, duration_ms: ms, detail }: Attempt): string {
  const answer = [reason, status === undefined ? undefined : `status ${String(status)}`]
    .filter(Boolean)
    .join(', ');
  return `${outcome}${answer === '' ? '' : ` (${answer})`} in ${readableMs(ms)}${detail === undefined ? '' : `: ${detail}`}`;
}

function stateOf(delivery: StoryDelivery, to: string, nowMs: number): Draft[] {
  const at = delivery.updated_at;
  switch (delivery.state) {
    case 'digested':
      return [
        {
          at,
          kind: 'digested',
          says: `${to}: ${delivery.digest?.says ?? 'told by a digest'}`,
          tone: 'plain',
        },
      ];
    case 'suppressed':
      return [
        {
          at,
          kind: 'suppressed',
          says: `${to}: not sent, ${describeSuppression(delivery.reason)}`,
          tone: 'plain',
        },
      ];
    case 'dead':
      return [{ at, kind: 'dead', says: `${to}: dead, nobody retries by itself any more`, tone: 'bad' }];
    case 'pending':
      return [
        {
          at: delivery.due_at ?? new Date(nowMs).toISOString(),
          kind: 'next-attempt',
          says: `${to}: the next attempt, ${delivery.says}`,
          tone: 'waiting',
        },
      ];
    case 'sending':
    case 'delivered':
      return [];
  }
}
