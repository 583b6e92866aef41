import { addCommand } from '../command.ts';
import { describeKind, digestView, ownStory, storyOf } from '../records/digest-story.ts';
import { describeAttempts } from '../records/delivery-attempts.ts';
import { deliveryById } from '../records/find-delivery.ts';
import { wholeRecordId } from '../records/whole-record-id.ts';
import { notFoundId } from '../failure.ts';
import { destinationNames } from '../config/find-config.ts';
import { indented, renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { describeFate, describeState } from '../words/views.ts';
import { countedAlerts, shownCount } from '../../functions/core/text/count-words.ts';
import type { EndpointHealth } from '../../functions/core/model/wire/endpoint-health.ts';
import { hasGoneWrong, mailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { MailEvent } from '../../functions/core/model/wire/mail-event.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import type { CommandFile } from '../command.ts';
import type { Gateway } from '../gateway.ts';
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
      const id = await wholeRecordId(session, gateway, beginning, ['delivery']);
      const delivery = await deliveryById(gateway, id, session.nowMs);
      if (delivery === undefined) throw notFoundId('delivery', id, `${TOCSIN} deliveries list`);
      const about = await lookUp(gateway, delivery, session.nowMs);
      const { joined, own } = about;
      return {
        view: { page: 'deliveries', id },
        json: {
          ...delivery,
          mail_state: mailFate(delivery)?.state ?? null,
          alert_title: about.title ?? null,
          digest: joined === undefined ? null : digestView(joined),
          is_digest_of: own === undefined ? null : digestView(own),
        },
        text: [
          renderFields(fieldsOf(delivery, about, session), session.paint),
          section('Attempts', describeAttempts(delivery, about, session), session),
          ...describeMailEvents(delivery, session),
        ].join('\n\n'),
      };
    },
  });
};

/** The facts that are told beside the delivery's own row. */
type About = {
  /** Of its alert; undefined when that is no longer stored. */
  title: string | undefined;
  destination: string;
  /** The digest that tells of it, and the one that it is the message of. */
  joined: DigestStory | undefined;
  own: DigestStory | undefined;
  /** Of its endpoint, while it waits for one. */
  health: EndpointHealth | undefined;
};

async function lookUp(
  { config, endpoints, records }: Gateway,
  delivery: Delivery,
  nowMs: number,
): Promise<About> {
  const [found, destinations] = await Promise.all([
    records.alert(delivery.alert_id),
    config.list('destination'),
  ]);
  const alert = found?.routed.alert;
  const [joined, own] = await Promise.all([
    storyOf(delivery, records, nowMs),
    alert === undefined ? ownStory(delivery, records, nowMs) : undefined,
  ]);
  const health =
    delivery.channel === 'webhook' && delivery.state === 'pending'
      ? await endpoints.find(delivery.destination_id)
      : undefined;
  return {
    title: alert?.title,
    destination: destinationNames(destinations)(delivery.destination_id),
    joined,
    own,
    health,
  };
}

function fieldsOf(
  delivery: Delivery,
  { title, destination, own }: About,
  session: Session,
): [string, string | undefined][] {
  const alert = `${title === undefined ? '(no longer stored)' : inert(title)}\n${delivery.alert_id}`;
  return [
    ['alert', own === undefined ? alert : undefined],
    ['digest', own === undefined ? undefined : describeOwn(own)],
    ['destination', `${destination} (${delivery.channel})`],
    ['to', delivery.recipient],
    ['state', session.paint('bold', describeState(delivery))],
    ['mail', describeMail(delivery, session)],
    ['body', delivery.body_sha256 === undefined ? undefined : `sha256 ${delivery.body_sha256}`],
    ['test', delivery.is_test === true ? 'yes: one attempt, no dead letter' : undefined],
    ['created', `${delivery.created_at} (${relativeTime(delivery.created_at, session.nowMs)})`],
  ];
}

function section(title: string, lines: readonly string[], { paint }: Session): string {
  return `${paint('bold', title)}\n${indented(lines.join('\n'))}`;
}

/** The section on events of the mail service; none before the first event. */
function describeMailEvents({ mail_events: events = [] }: Delivery, session: Session): string[] {
  if (events.length === 0) return [];
  const inOrder = events.toSorted((a, b) => a.at.localeCompare(b.at));
  return [section('What the mail service told', inOrder.map(describeMailEvent), session)];
}

/** The fate of a mail as a sentence: the state of its delivery says only that the mail service took it. */
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

/** The digest whose message a delivery is. */
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
