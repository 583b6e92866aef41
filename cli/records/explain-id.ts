import { destinationNames } from '../config/find-config.ts';
import { deliveryById } from './find-delivery.ts';
import { wholeRecordId } from './whole-record-id.ts';
import { notFoundId } from '../failure.ts';
import { deadLetterView } from './dead-letter-view.ts';
import { readAllLetters } from './read-dead-letters.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { idsOf, type DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';
import type { GatewayRecords } from '../../functions/core/operator/ports.ts';
import type { RequestStory } from '../../functions/core/operator/request-story.ts';
import type { CommandResult } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

type StoredAlert = NonNullable<Awaited<ReturnType<GatewayRecords['alert']>>>;

/** The thing that an id belongs to: a stored alert, or something else with a result of its own. */
type Explained = { alert: StoredAlert; destinationId?: string } | { result: CommandResult };

const READ_SECONDS = 60;
const SHOWN_IDS = 20;

/**
 * Finds what an id belongs to: an alert, a delivery, a request, an alert that waits to be routed, or a dead letter that
 * nobody has recorded yet. In this order, because the first ones cost one read.
 */
export async function explainId(session: Session, gateway: Gateway, beginning: string): Promise<Explained> {
  const { records } = gateway;
  const id = await wholeRecordId(session, gateway, beginning, ['alert', 'delivery', 'request']);
  const alert = await records.alert(id);
  if (alert !== undefined) return { alert };
  const delivery = await records.delivery(id);
  if (delivery !== undefined) {
    const of = await records.alert(delivery.alert_id);
    if (of !== undefined) return { alert: of, destinationId: delivery.destination_id };
  }
  const request = await records.request(id);
  if (request !== undefined) return { result: describeRequest(request, session) };
  const alertId = delivery?.alert_id ?? id;
  const open = await records.openRequests();
  const waiting = open.find(({ alerts }) => alerts.some((one) => one.id === alertId));
  if (waiting !== undefined) return { result: describeWaiting(alertId, waiting, session) };
  const begun = delivery === undefined ? await deliveryById(gateway, id, session.nowMs) : undefined;
  const ofBegun = begun === undefined ? undefined : await records.alert(begun.alert_id);
  if (begun !== undefined && ofBegun !== undefined) {
    return { alert: ofBegun, destinationId: begun.destination_id };
  }
  const letter = await findLetter(session, gateway, id);
  if (letter !== undefined) return { result: await describeLetter(id, letter, session, gateway) };
  throw notFoundId('alert, delivery or request', id, `${TOCSIN} alerts list`);
}

function describeRequest(story: RequestStory, session: Session): CommandResult {
  const { request, alerts } = story;
  const count = (routing: string) => alerts.filter((alert) => alert.routing === routing).length;
  const parts = [
    [count('routed'), 'routed'],
    [count('unrouted'), 'routed to nobody'],
    [count('dead'), `dead in the alerts queue, see: ${TOCSIN} dead-letters list`],
    [count('waiting'), story.isLost ? 'lost: neither stored nor in any queue' : 'waiting to be routed'],
  ] as const;
  return {
    json: requestView(story),
    text: [
      `${session.paint('bold', `Request ${request.requestId}`)}: accepted ${relativeTime(request.receivedAt, session.nowMs)} (${request.receivedAt}) from source ${request.sourceId}`,
      ...parts.filter(([number]) => number > 0).map(([number, words]) => `  ${number} ${words}`),
      '',
      ...alerts.slice(0, SHOWN_IDS).map((alert) => `  ${alert.id}  ${alert.routing}`),
      ...(alerts.length > SHOWN_IDS ? [`  and ${alerts.length - SHOWN_IDS} more`] : []),
    ].join('\n'),
  };
}

function describeWaiting(alertId: string, story: RequestStory, session: Session): CommandResult {
  const { request, isLost } = story;
  return {
    json: {
      alert_id: alertId,
      routing: isLost ? 'lost' : 'waiting',
      request_id: request.requestId,
      source_id: request.sourceId,
      received_at: request.receivedAt,
    },
    text: isLost
      ? `Alert ${alertId} was taken in at ${request.receivedAt} and is neither stored nor in any queue. Let its sender send it again.`
      : `Alert ${alertId} is accepted and waiting to be routed since ${request.receivedAt} (${relativeTime(request.receivedAt, session.nowMs)}).\nSee how full the queues are: ${TOCSIN} status`,
  };
}

/** A request as JSON. */
export function requestView({ request, alerts, isLost }: RequestStory): object {
  return {
    request_id: request.requestId,
    source_id: request.sourceId,
    received_at: request.receivedAt,
    is_lost: isLost,
    alerts,
  };
}

async function findLetter(
  session: Session,
  { deadLetters }: Gateway,
  id: string,
): Promise<DeadLetter | undefined> {
  const read: DeadLetter[] = [];
  try {
    for await (const letter of readAllLetters(session, deadLetters, READ_SECONDS)) read.push(letter);
  } finally {
    for (const letter of read) await deadLetters.release(letter);
  }
  return read.find((letter) => {
    const { alertIds, deliveryIds, requestId } = idsOf(letter);
    return [...alertIds, ...deliveryIds, requestId, letter.messageId].includes(id);
  });
}

async function describeLetter(
  id: string,
  letter: DeadLetter,
  session: Session,
  { config }: Gateway,
): Promise<CommandResult> {
  const nameOf = destinationNames(await config.list('destination'));
  return {
    json: { id, dead_letter: deadLetterView(letter, nameOf) },
    text: `${inert(id)} lies in the dead-letter queue of ${letter.queue} since ${relativeTime(letter.sentAt, session.nowMs)}: ${inert(letter.reason)}.\nWhen the cause is gone, move it back: ${TOCSIN} dead-letters redrive --all`,
  };
}
