import { describeWay } from '../words/attempt.ts';
import { addCommand } from '../command.ts';
import { describeKind, digestLines, digestView, ownStory, storyOf } from '../records/digest-story.ts';
import { deliveryById } from '../records/find-delivery.ts';
import { wholeRecordId } from '../records/whole-record-id.ts';
import { notFoundId } from '../failure.ts';
import { destinationNames } from '../config/find-config.ts';
import { indented, renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { readableMs, relativeTime } from '../words/time.ts';
import { describeFate, describeState } from '../words/views.ts';
import { countedAlerts, shownCount } from '../../functions/core/text/count-words.ts';
import { breakerState, type EndpointHealth } from '../../functions/core/model/wire/endpoint-health.ts';
import { hasGoneWrong, mailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { MailEvent } from '../../functions/core/model/wire/mail-event.ts';
import type { Attempt, Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import type { CommandFile } from '../command.ts';
import { describeSuppression } from '../words/suppression.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

/** Kinds of alerts that the story of a digest's mail names. */
const SHOWN_LINES = 5;

export const addDeliveriesShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <delivery-id>',
    summary: 'Tell the story of a delivery: every attempt, and what comes next',
    examples: ['tocsin deliveries show 0b7f2e1c-8a4d-5c3e-9f60-2d1e4b5a6c7d'],
    hasView: true,
    async run(session, _options, beginning = '') {
      const gateway = await session.gateway();
      const { config, endpoints, records } = gateway;
      const id = await wholeRecordId(session, gateway, beginning, ['delivery']);
      const delivery = await deliveryById(gateway, id, session.nowMs);
      if (delivery === undefined) throw notFoundId('delivery', id, `${TOCSIN} deliveries list`);
      const [found, destinations] = await Promise.all([
        records.alert(delivery.alert_id),
        config.list('destination'),
      ]);
      const alert = found?.routed.alert;
      const [joined, own] = await Promise.all([
        storyOf(delivery, records, session.nowMs),
        alert === undefined ? ownStory(delivery, records, session.nowMs) : undefined,
      ]);
      const title = alert?.title;
      const { paint } = session;
      const fields = renderFields(
        [
          [
            'alert',
            own === undefined
              ? `${title === undefined ? '(no longer stored)' : inert(title)}\n${delivery.alert_id}`
              : undefined,
          ],
          ['digest', own === undefined ? undefined : describeOwn(own)],
          ['destination', `${destinationNames(destinations)(delivery.destination_id)} (${delivery.channel})`],
          ['to', delivery.recipient],
          ['state', paint('bold', describeState(delivery))],
          ['mail', describeMail(delivery, session)],
          ['body', delivery.body_sha256 === undefined ? undefined : `sha256 ${delivery.body_sha256}`],
          ['test', delivery.is_test === true ? 'yes: one attempt, no dead letter' : undefined],
          ['created', `${delivery.created_at} (${relativeTime(delivery.created_at, session.nowMs)})`],
        ],
        paint,
      );
      const health =
        delivery.channel === 'webhook' && delivery.state === 'pending'
          ? await endpoints.find(delivery.destination_id)
          : undefined;
      const lines = delivery.attempts.flatMap((attempt) => describeAttempt(attempt, session));
      const story = [...lines, ...describeNow(delivery, session, health, joined)].join('\n');
      const mail = (delivery.mail_events ?? []).toSorted((a, b) => a.at.localeCompare(b.at));
      const told =
        mail.length === 0
          ? ''
          : `\n\n${paint('bold', 'What the mail service told')}\n${indented(mail.map(describeMailEvent).join('\n'))}`;
      return {
        view: { page: 'deliveries', id },
        json: {
          ...delivery,
          mail_state: mailFate(delivery)?.state ?? null,
          alert_title: title ?? null,
          digest: joined === undefined ? null : digestView(joined),
          is_digest_of: own === undefined ? null : digestView(own),
        },
        text: `${fields}\n\n${paint('bold', 'Attempts')}\n${indented(story)}${told}`,
      };
    },
  });
};

/** What became of a mail, as a sentence: the state says only that the mail service took it. */
function describeMail(delivery: Delivery, { paint }: Session): string | undefined {
  const fate = mailFate(delivery);
  if (fate === undefined) return undefined;
  const at = fate.event === undefined ? '' : ` at ${fate.event.at}`;
  if (!hasGoneWrong(fate)) {
    const words = {
      accepted: 'taken by the mail service, which has told no more yet',
      delayed: `delayed${at}; the mail service goes on trying`,
      arrived: `arrived${at}: the receiving server took it`,
    } as Record<string, string>;
    return words[fate.state];
  }
  const why = fate.event?.detail === undefined ? '' : `: ${inert(fate.event.detail)}`;
  return paint('red', `${describeFate(fate)}${at}${why}`);
}

function describeMailEvent({ at, type, is_permanent: isPermanent, detail }: MailEvent): string {
  const kind = isPermanent === undefined ? type : `${type} (${isPermanent ? 'permanent' : 'may pass'})`;
  return [at, kind, ...(detail === undefined ? [] : [inert(detail)])].join('  ');
}

function describeAttempt(attempt: Attempt, session: Session): string[] {
  const result =
    attempt.status === undefined ? attempt.reason : `${attempt.reason ?? 'status'} ${attempt.status}`;
  const outcome =
    attempt.outcome === 'delivered'
      ? 'delivered'
      : `${attempt.outcome}${result === undefined ? '' : `: ${result}`}`;
  const color = attempt.outcome === 'delivered' ? 'green' : attempt.outcome === 'failed' ? 'red' : 'yellow';
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
      : [`put back ${deferrals} ${deferrals === 1 ? 'time' : 'times'} before, since ${since ?? 'then'}`]),
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
  return `the mail service takes no mail now: ${why}; put back ${deferrals} ${deferrals === 1 ? 'time' : 'times'} since ${since ?? 'then'}, which counts as no attempt`;
}

/** What a digest's own delivery is the mail of. */
function describeOwn(own: DigestStory): string {
  const { digest, summary } = own;
  return [
    describeKind(own),
    ...(summary === undefined
      ? [`closed at ${digest.closes_at}`]
      : [
          `${countedAlerts(summary.count)}, from ${summary.first_at} to ${summary.last_at}`,
          ...summary.lines
            .slice(0, SHOWN_LINES)
            .map(
              (line) =>
                `${line.severity} × ${shownCount(line.count)}: ${inert(line.title)} (${inert(line.source_name)})`,
            ),
          ...(summary.lines.length + summary.more_lines > SHOWN_LINES
            ? [`and ${summary.lines.length + summary.more_lines - SHOWN_LINES} more kinds`]
            : []),
        ]),
    `all of them: ${TOCSIN} deliveries list --digest ${digest.id}`,
  ].join('\n');
}

function describeNow(
  delivery: Delivery,
  session: Session,
  health?: EndpointHealth,
  joined?: DigestStory,
): string[] {
  // An attempt that was put back is the one that is still to come.
  const next = delivery.deferrals === undefined ? delivery.attempt + 1 : delivery.attempt;
  switch (delivery.state) {
    case 'sending':
      return [
        `${delivery.attempt}.  under way; the claim holds until ${delivery.lease_until ?? 'it is recorded'}`,
      ];
    case 'pending':
      if (delivery.lease_until !== undefined) {
        return [
          `${delivery.attempt}.  its worker died; its claim ended at ${delivery.lease_until}, and its queue shows the message again within minutes`,
        ];
      }
      return [
        ...(delivery.deferrals === undefined ? [] : [describeWait(delivery)]),
        ...(breakerState(health, session.nowMs) === 'open'
          ? [
              `the receiver failed ${health?.failures ?? 0} times in a row: nothing is sent to it until ${health?.openUntil ?? ''}`,
              `${next}.  after that, ${relativeTime(health?.openUntil, session.nowMs)}`,
            ]
          : [
              `${next}.  due ${delivery.due_at === undefined ? 'now' : `${relativeTime(delivery.due_at, session.nowMs)} (${delivery.due_at})`}`,
            ]),
      ];
    case 'dead':
      return delivery.is_test === true
        ? []
        : [`nobody retries by itself any more; see: ${TOCSIN} dead-letters list`];
    case 'digested':
      return joined === undefined ? [] : digestLines(joined, session.nowMs);
    case 'suppressed':
      return delivery.silence === undefined
        ? [`not sent: ${describeSuppression(delivery.reason)}`]
        : [`not sent: silenced; see: ${TOCSIN} silence show ${delivery.silence.id}`];
    case 'delivered':
      return [];
  }
}
