import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { addresseeOf, joinedDigest } from '../../functions/core/model/wire/joined-digest.ts';
import { nextDigestMessage } from '../../functions/core/model/wire/digest-message.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import { countedAlerts } from '../../functions/core/text/count-words.ts';
import type { Delivery, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { digestDeliveryId } from '../../functions/core/model/wire/digest.ts';
import {
  digestState,
  lastTold,
  type DigestRecord,
  type DigestStory,
} from '../../functions/core/operator/digest-story.ts';
import { hasGoneWrong, mailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { GatewayRecords } from '../../functions/core/operator/ports.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { describeFate } from '../words/views.ts';
import { TOCSIN } from '../words/hint.ts';

type Digests = Pick<GatewayRecords, 'digest'>;

/** Remembers what was read: a thousand alerts of a window may be in one digest. */
export function rememberedDigests(records: Digests): Digests {
  const known = new Map<string, Promise<DigestRecord | undefined>>();
  return {
    digest: async (id) => {
      const read = known.get(id) ?? records.digest(id);
      known.set(id, read);
      return read;
    },
  };
}

/** The story of the digest that a delivery joined; undefined for a delivery that is not `digested`. */
export async function storyOf(
  delivery: Delivery,
  records: Digests,
  nowMs: number,
): Promise<DigestStory | undefined> {
  const digest = joinedDigest(delivery);
  if (digest === undefined) return undefined;
  const record = (await records.digest(digest.id)) ?? { id: digest.id };
  return told(delivery, digest, record, { records, nowMs });
}

/** The digest that a delivery is the message of; undefined for the delivery of an alert. */
export async function ownStory(
  delivery: Delivery,
  records: Digests,
  nowMs: number,
): Promise<DigestStory | undefined> {
  const { own_digest: digest } = delivery;
  if (digest === undefined) return undefined;
  const record = (await records.digest(digest.id)) ?? { id: digest.id };
  return told(delivery, digest, { ...record, delivery }, { records, nowMs });
}

/** By delivery, of those that are in a digest. */
export async function storiesOf(
  deliveries: readonly Delivery[],
  records: Digests,
  nowMs: number,
): Promise<Map<string, DigestStory>> {
  const digests = rememberedDigests(records);
  const stories = await boundedMap(
    deliveries,
    CALLS_AT_ONCE,
    async (delivery) => [delivery.id, await storyOf(delivery, digests, nowMs)] as const,
  );
  return new Map(stories.flatMap(([id, story]) => (story === undefined ? [] : [[id, story]])));
}

/** @param of a delivery to whom the digest is addressed: one that joined it, or its own */
async function told(
  of: Delivery,
  digest: DigestStory['digest'],
  record: DigestRecord,
  { records, nowMs }: { records: Digests; nowMs: number },
): Promise<DigestStory> {
  const { delivery, summary } = record;
  const toldBy = delivery === undefined ? undefined : await storyOf(delivery, records, nowMs);
  return {
    digest,
    addressee: addresseeOf(of),
    state: digestState(digest, record, nowMs),
    ...(delivery !== undefined && { delivery }),
    ...(summary !== undefined && { summary }),
    ...(toldBy !== undefined && { toldBy }),
  };
}

/** The message that sends a digest's mail again: the same as a redrive of its dead letter would send. */
export function messageOfDigest(
  { digest, addressee, delivery }: DigestStory,
  joiner: Alert,
): DeliveryMessage {
  const channel = addressee.recipient === undefined ? 'webhook' : 'email';
  return nextDigestMessage(digest, addressee, { alert: joiner, channel }, delivery);
}

/** A digest as JSON. */
export function digestView(story: DigestStory): object {
  const { digest, addressee, state, delivery, summary, toldBy } = story;
  const attempt = delivery?.attempts.findLast(({ outcome }) => outcome === 'delivered');
  return {
    ...digest,
    state,
    delivery_id: delivery?.id ?? digestDeliveryId(digest.id, addressee),
    count: summary?.count ?? null,
    first_at: summary?.first_at ?? null,
    last_at: summary?.last_at ?? null,
    reason: delivery?.reason ?? null,
    delivered_at: state === 'delivered' ? (delivery?.updated_at ?? null) : null,
    message_id: attempt?.message_id ?? null,
    mail_state: delivery === undefined ? null : (mailFate(delivery)?.state ?? null),
    told_by: toldBy === undefined ? null : digestView(toldBy),
  };
}

/** In one line, to follow "digested: ". */
export function describeDigest(story: DigestStory, nowMs: number): string {
  const { digest, state, delivery, toldBy } = story;
  const mail = messageWord(story);
  const name = digest.kind === 'storm' ? 'the storm digest' : 'a digest';
  if (toldBy !== undefined) return `${name} that joined ${describeDigest(toldBy, nowMs)}`;
  const reason = delivery?.reason === undefined ? '' : ` (${delivery.reason})`;
  switch (state) {
    case 'open':
      return `${name}, open until ${digest.closes_at} (${relativeTime(digest.closes_at, nowMs)})`;
    case 'due':
      return `${name}, which closed at ${digest.closes_at}; its ${mail} was not begun yet`;
    case 'sending':
      return `${name}, whose ${mail} is being sent`;
    case 'pending':
      return `${name}, whose ${mail} waits${reason}${delivery?.due_at === undefined ? '' : `, next ${relativeTime(delivery.due_at, nowMs)}`}`;
    case 'delivered':
      return `${name}, delivered ${relativeTime(delivery?.updated_at, nowMs)} (${delivery?.updated_at ?? ''})${fateOf(delivery)}`;
    case 'dead':
      return `${name}, which is dead${reason}: its ${mail} was not delivered`;
    case 'suppressed':
      return `${name}, which was not sent${reason}`;
    case 'digested':
      return `${name} that joined another`;
  }
}

/** The word for the message that carries a digest. */
function messageWord({ addressee }: DigestStory): string {
  return addressee.recipient === undefined ? 'message' : 'mail';
}

function fateOf(delivery: Delivery | undefined): string {
  const fate = delivery === undefined ? undefined : mailFate(delivery);
  if (fate === undefined) return '';
  if (fate.state === 'accepted') return '; the mail service has told no more yet';
  return `; ${hasGoneWrong(fate) ? 'but ' : ''}${describeFate(fate)}`;
}

/** In a few words, for a column: `digest open`, `digest delivered`, `storm dead`. */
export function digestWord(story: DigestStory): string {
  const { digest, state, delivery } = lastTold(story);
  const fate = delivery === undefined ? undefined : mailFate(delivery);
  return `${digest.kind === 'storm' ? 'storm' : 'digest'} ${fate !== undefined && fate.state !== 'accepted' ? describeFate(fate) : state}`;
}

/** Line by line, for the story of a delivery that is in it. */
export function digestLines(story: DigestStory, nowMs: number): string[] {
  const { digest, delivery, summary } = story;
  const attempt = delivery?.attempts.findLast(({ outcome }) => outcome === 'delivered');
  const told = lastTold(story);
  return [
    `told by ${describeDigest(story, nowMs)}`,
    ...(summary === undefined
      ? []
      : [`it tells of ${countedAlerts(summary.count)}, from ${summary.first_at} to ${summary.last_at}`]),
    ...(attempt?.message_id === undefined ? [] : [`message id ${inert(attempt.message_id)}`]),
    `digest ${digest.id}; all in it: ${TOCSIN} deliveries list --digest ${digest.id}`,
    ...(delivery === undefined
      ? []
      : [`its ${messageWord(story)}: ${TOCSIN} deliveries show ${delivery.id}`]),
    ...(told.state === 'dead'
      ? [`to send it again: ${TOCSIN} dead-letters redrive, or ${TOCSIN} replay --alert with this alert`]
      : []),
  ];
}

export function describeKind({ digest }: DigestStory): string {
  return digest.kind === 'storm'
    ? 'storm digest: what was over the hourly limit, or the quota of mails'
    : 'digest of a window: what followed the first message of a flood';
}
