import { ownStory, storyOf } from '../../cli/records/digest-story.ts';
import { deliveryById } from '../../cli/records/find-delivery.ts';
import type { Gateway } from '../../cli/gateway.ts';
import { summarizeDigest } from '../../functions/core/deliver/flood/summarize-digest.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { DigestEntry } from '../../functions/core/model/wire/digest.ts';
import { lastTold, type DigestStory } from '../../functions/core/operator/digest-story.ts';
import {
  previewedAlert,
  previewedDigest,
  type Previewed,
} from '../../functions/core/operator/preview-delivery.ts';
import { refusal } from './problems.ts';
import type { ConsoleWorld } from './world.ts';

/** The preview of an open digest is made of at most this many alerts. */
const MEMBERS = 1_000;

/** The message that is shown for a delivery: its own, or that of the digest that tells of it. */
export type Subject = Previewed & {
  destination: Destination;
  /** Of the message; absent where it has not been begun. */
  row?: Delivery;
  note: string | null;
};

/** @throws ToolRefusal where there is nothing to show it from */
export async function subjectOf({ gateway, clock }: ConsoleWorld, id: string): Promise<Subject> {
  const nowMs = clock.now();
  const delivery = (await deliveryById(gateway, id, nowMs)) ?? (await planned(gateway, id));
  if (delivery === undefined) throw refusal('not-found', `no delivery has the id ${JSON.stringify(id)}`);
  const destination = await gateway.config.find('destination', delivery.destination_id);
  if (destination === undefined) {
    throw refusal('no-preview', 'its destination is deleted: nobody knows any more how it was told');
  }
  const digest =
    delivery.own_digest === undefined
      ? await storyOf(delivery, gateway.records, nowMs)
      : await ownStory(delivery, gateway.records, nowMs);
  if (digest !== undefined) return { ...(await digestSubject(gateway, delivery, digest)), destination };
  const found = await gateway.records.alert(delivery.alert_id);
  if (found === undefined) {
    throw refusal('no-preview', 'its alert is stored no longer: there is nothing to show it from');
  }
  return {
    ...previewedAlert(found.routed, delivery),
    destination,
    row: delivery,
    note:
      delivery.state === 'suppressed'
        ? 'It was not sent; this is what it would have said.'
        : unlinked(delivery.channel),
  };
}

/** One that has no row yet is named with its alert: `<alert id>:<delivery id>`. */
async function planned({ records }: Gateway, id: string): Promise<Delivery | undefined> {
  const [alertId = '', deliveryId] = id.split(':');
  if (deliveryId === undefined) return undefined;
  return (await records.alert(alertId))?.deliveries.find((delivery) => delivery.id === deliveryId);
}

async function digestSubject(
  gateway: Gateway,
  { channel, own_digest: own }: Delivery,
  story: DigestStory,
): Promise<Omit<Subject, 'destination'>> {
  const last = lastTold(story);
  const { digest } = last;
  const members = await membersOf(gateway, digest.id);
  const summary = last.summary ?? summarizeDigest(members);
  const joiner = await anAlertOf(gateway, members);
  if (summary === undefined || joiner === undefined) {
    throw refusal('no-preview', 'what this digest tells of is stored no longer');
  }
  const whose = own === undefined ? 'The digest that tells of it.' : '';
  const says =
    last.summary === undefined
      ? `${whose} It is open until ${digest.closes_at}: this is what it would say now.`
      : [whose, unlinked(channel)].join(' ');
  return {
    ...previewedDigest(last, { alert: joiner, channel }, summary),
    ...(last.delivery !== undefined && { row: last.delivery }),
    note: says.trim() === '' ? null : says.trim(),
  };
}

async function membersOf({ records }: Pick<Gateway, 'records'>, digestId: string): Promise<DigestEntry[]> {
  const { items } = await records.digestMembers({ id: digestId, limit: MEMBERS });
  return items.map(({ entry }) => entry);
}

/** An alert that a digest tells of: where a digest joined a storm, one of that digest's. */
async function anAlertOf(
  gateway: Pick<Gateway, 'records'>,
  members: readonly DigestEntry[],
): Promise<Alert | undefined> {
  const [first] = members.toSorted((a, b) => a.firstAt.localeCompare(b.firstAt));
  if (first === undefined) return undefined;
  const { alertId, bySeverity } = first;
  if (bySeverity !== undefined) return anAlertOf(gateway, await membersOf(gateway, alertId));
  return (await gateway.records.alert(alertId))?.routed.alert;
}

function unlinked(channel: Delivery['channel']): string | null {
  return channel === 'email' ? 'Shown without the link to unsubscribe, which is a key.' : null;
}
