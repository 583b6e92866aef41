import type { DeliveryMessage, DeliveryState } from '../../model/wire/delivery.ts';
import {
  digestId,
  type Digest,
  type DigestEntry,
  type DigestPlace,
  type Mailbox,
} from '../../model/wire/digest.ts';
import type { MailQuotaState } from '../../model/wire/mail-quota.ts';
import type { Clock } from '../../world.ts';
import type { DigestMembers, DigestPages, MailFlows, RetryQueue } from '../ports.ts';
import { sendToWait } from '../hop.ts';
import { announced, decideMail, type MailFacts, type MailVerdict } from './decide.ts';
import { digestMessage } from './digest-message.ts';

/** How soon a mail is looked at again whose digest closed before it was in. */
const AGAIN_MS = 2_000;

export type FloodPorts = {
  flows: MailFlows;
  members: DigestMembers;
  digests: DigestPages;
  retries: Pick<RetryQueue, 'sendLater'>;
  clock: Clock;
};

/** A mail that wants to go out, and what a digest would say of it. */
export type WantedMail = {
  message: DeliveryMessage;
  mailbox: Mailbox;
  facts: Omit<MailFacts, 'standing'>;
  /** Of the mail service that the mail would go out through. */
  quota: MailQuotaState;
  entry: Omit<DigestEntry, 'because'>;
};

/** `digested`: it is in a digest, so its message can be let go. */
export type MailAdmission =
  | { admit: 'now' }
  | { admit: 'digested' }
  | { admit: 'later'; reason: 'hourly-limit' | 'digest-closed'; untilMs: number };

/**
 * Lets a mail go out by itself, or into a digest, of which each delivery has exactly one.
 *
 * Every step is one conditional write, and the order of them carries the promise: the message that closes a digest is
 * in its queue before anybody joins; the delivery's row names its place before the place holds the entry. So a
 * worker may die anywhere: its message comes again, and finds in the row how far it went.
 */
export async function admitMail(wanted: WantedMail, ports: FloodPorts): Promise<MailAdmission> {
  const verdict = await decide(wanted, undefined, ports);
  switch (verdict.verdict) {
    case 'send':
      return { admit: 'now' };
    case 'later':
      return { admit: 'later', reason: 'hourly-limit', untilMs: verdict.untilMs };
    case 'look': {
      const { message } = wanted;
      const standing = await ports.members.find(message);
      return standing.membership === 'digested'
        ? enter(wanted, standing.place, ports)
        : alone(wanted, standing.state, ports);
    }
    case 'join':
      return join(wanted, verdict, ports);
  }
}

/** Sees that a delivery is in the digest that its row names: its worker may have died in between. */
export async function rejoinDigest(wanted: WantedMail, ports: FloodPorts): Promise<MailAdmission> {
  const standing = await ports.members.find(wanted.message);
  return standing.membership === 'digested' ? enter(wanted, standing.place, ports) : { admit: 'now' };
}

async function decide(
  wanted: WantedMail,
  looked: MailFacts['standing'],
  ports: FloodPorts,
): Promise<MailVerdict> {
  return ports.flows.change(wanted.mailbox, (flow) => {
    const { verdict, flow: after } = decideMail(
      flow,
      { ...wanted.facts, ...(looked !== undefined && { standing: looked }) },
      { nowMs: ports.clock.now(), quota: wanted.quota },
    );
    return { flow: after, result: verdict };
  });
}

async function join(
  wanted: WantedMail,
  verdict: Extract<MailVerdict, { verdict: 'join' }>,
  ports: FloodPorts,
): Promise<MailAdmission> {
  const { message, mailbox, entry } = wanted;
  const digest: Digest = {
    id: digestId(mailbox, verdict.key, verdict.openedMs),
    kind: verdict.kind,
    opened_at: iso(verdict.openedMs),
    closes_at: iso(verdict.closesMs),
  };
  if (!verdict.isAnnounced) {
    const closing = digestMessage(digest, mailbox, message.alert);
    const waitSeconds = (Date.parse(closing.not_before ?? '') - ports.clock.now()) / 1000;
    await sendToWait(closing, waitSeconds, ports.retries);
    await ports.flows.change(mailbox, (flow) => ({
      flow: announced(flow, verdict, ports.clock.now()),
      result: undefined,
    }));
  }
  const page = await ports.digests.openPage(digest.id);
  const standing = await ports.members.join(message, { digestId: digest.id, page }, digest.closes_at);
  return standing.membership === 'digested'
    ? enter({ ...wanted, entry: withReason(entry, verdict) }, standing.place, ports, digest.closes_at)
    : alone(wanted, standing.state, ports);
}

/** Writes the entry into the place that the row names; where it does not fit any more, the row moves first. */
async function enter(
  { message, entry }: WantedMail,
  from: DigestPlace,
  ports: FloodPorts,
  closesAt?: string,
): Promise<MailAdmission> {
  let place = from;
  for (;;) {
    const answer = await ports.digests.add(place, message.delivery_id, { because: 'flood', ...entry });
    if (answer === 'added') {
      return { admit: 'digested' };
    }
    if (answer === 'sealed') {
      await ports.members.leave(message, place);
      return { admit: 'later', reason: 'digest-closed', untilMs: ports.clock.now() + AGAIN_MS };
    }
    const next = { ...place, page: place.page + 1 };
    const standing = await ports.members.join(message, next, closesAt ?? '', place);
    if (standing.membership !== 'digested') {
      return { admit: 'later', reason: 'digest-closed', untilMs: ports.clock.now() + AGAIN_MS };
    }
    place = standing.place;
  }
}

/** The mail is on its own way. Only where it may be sent once more does it need a place for that. */
async function alone(
  wanted: WantedMail,
  state: DeliveryState | undefined,
  ports: FloodPorts,
): Promise<MailAdmission> {
  if (state !== undefined && state !== 'sending' && state !== 'pending') {
    return { admit: 'now' };
  }
  // Without a row its first attempt was never begun: as good as one that waits.
  const verdict = await decide(wanted, state ?? 'pending', ports);
  return verdict.verdict === 'later'
    ? { admit: 'later', reason: 'hourly-limit', untilMs: verdict.untilMs }
    : { admit: 'now' };
}

function withReason(
  entry: WantedMail['entry'],
  { because }: { because: DigestEntry['because'] },
): DigestEntry {
  return { ...entry, because };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
