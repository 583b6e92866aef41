import type { DeliveryMessage, DeliveryState } from '../../model/wire/delivery.ts';
import {
  digestId,
  type Digest,
  type DigestEntry,
  type DigestPlace,
  type Addressee,
} from '../../model/wire/digest.ts';
import type { MailQuotaState } from '../../model/wire/mail-quota.ts';
import type { Clock } from '../../world.ts';
import type { DigestMembers, DigestPages, Flows, RetryQueue } from '../ports.ts';
import type { Unclaimed } from '../attempt.ts';
import { sendToWait } from '../waits.ts';
import { announced, decide, type FloodFacts, type FloodVerdict } from './decide.ts';
import { digestMessage } from '../../model/wire/digest-message.ts';

/** How soon a message is looked at again whose digest closed before it was in. */
const AGAIN_MS = 2_000;

export type FloodPorts = {
  flows: Flows;
  members: DigestMembers;
  digests: DigestPages;
  retries: Pick<RetryQueue, 'sendLater'>;
  clock: Clock;
};

/** A message that wants to go out by itself, and what a digest would say of it. */
export type Wanted = {
  message: DeliveryMessage;
  addressee: Addressee;
  facts: Omit<FloodFacts, 'rowState'>;
  /** Of the mail service that it would go out through. */
  quota: MailQuotaState;
  entry: Omit<DigestEntry, 'because'>;
};

/** Undefined: it goes out by itself. */
type Admission = Extract<Unclaimed, { verdict: 'digested' | 'waits' }> | undefined;

/**
 * Lets a message go out by itself, or into a digest. A delivery has exactly one of the two.
 *
 * Every step is one conditional write, and the order of them carries the promise: the message that closes a digest is
 * in its queue before any delivery joins; the delivery's row names its place before the place holds the entry. So a
 * worker may die anywhere: its message comes again, and finds in the row how far it went.
 */
export async function admit(wanted: Wanted, ports: FloodPorts): Promise<Admission> {
  const verdict = await decideOn(wanted, undefined, ports);
  switch (verdict.verdict) {
    case 'send':
      return undefined;
    case 'later':
      return hourlyLimit(verdict.untilMs);
    case 'look': {
      const { message } = wanted;
      const row = await ports.members.find(message);
      return row.membership === 'digested'
        ? enter(wanted, row.place, ports)
        : alone(wanted, row.state, ports);
    }
    case 'join':
      return join(wanted, verdict, ports);
  }
}

/** Sees that a delivery is in the digest that its row names: its worker may have died in between. */
export async function rejoinDigest(wanted: Wanted, ports: FloodPorts): Promise<Admission> {
  const row = await ports.members.find(wanted.message);
  return row.membership === 'digested' ? enter(wanted, row.place, ports) : undefined;
}

async function decideOn(
  wanted: Wanted,
  rowState: FloodFacts['rowState'],
  ports: FloodPorts,
): Promise<FloodVerdict> {
  return ports.flows.change(wanted.addressee, (flow) => {
    const { verdict, flow: after } = decide(
      flow,
      { ...wanted.facts, ...(rowState !== undefined && { rowState }) },
      { nowMs: ports.clock.now(), quota: wanted.quota },
    );
    return { flow: after, result: verdict };
  });
}

async function join(
  wanted: Wanted,
  verdict: Extract<FloodVerdict, { verdict: 'join' }>,
  ports: FloodPorts,
): Promise<Admission> {
  const { message, addressee, entry } = wanted;
  const digest: Digest = {
    id: digestId(addressee, verdict.key, verdict.openedMs),
    kind: verdict.kind,
    opened_at: iso(verdict.openedMs),
    closes_at: iso(verdict.closesMs),
  };
  if (!verdict.isAnnounced) {
    const closing = digestMessage(digest, addressee, message);
    const waitSeconds = (Date.parse(closing.not_before ?? '') - ports.clock.now()) / 1000;
    await sendToWait({ message: closing, delaySeconds: waitSeconds }, ports.retries);
    await ports.flows.change(addressee, (flow) => ({
      flow: announced(flow, verdict, ports.clock.now()),
      result: undefined,
    }));
  }
  const page = await ports.digests.openPage(digest.id);
  const row = await ports.members.join(message, digest, page);
  return row.membership === 'digested'
    ? enter({ ...wanted, entry: withReason(entry, verdict) }, row.place, ports)
    : alone(wanted, row.state, ports);
}

/** Writes the entry into the place that the row names; where it does not fit any more, the row moves first. */
async function enter({ message, entry }: Wanted, from: DigestPlace, ports: FloodPorts): Promise<Admission> {
  let place = from;
  for (;;) {
    const answer = await ports.digests.add(place, message.delivery_id, { because: 'flood', ...entry });
    if (answer === 'added') {
      return { verdict: 'digested' };
    }
    if (answer === 'sealed') {
      await ports.members.leave(message, place);
      return digestClosed(ports.clock.now());
    }
    const row = await ports.members.move(message, place, place.page + 1);
    if (row.membership !== 'digested') {
      return digestClosed(ports.clock.now());
    }
    place = row.place;
  }
}

/** The message is on its own way. Only where it may be sent once more does it need a place for that. */
async function alone(
  wanted: Wanted,
  state: DeliveryState | undefined,
  ports: FloodPorts,
): Promise<Admission> {
  if (state !== undefined && state !== 'sending' && state !== 'pending') {
    return undefined;
  }
  // Without a row its first attempt was never begun: as good as one that waits.
  const verdict = await decideOn(wanted, state ?? 'pending', ports);
  return verdict.verdict === 'later' ? hourlyLimit(verdict.untilMs) : undefined;
}

function hourlyLimit(untilMs: number): Admission {
  return { verdict: 'waits', reason: 'hourly-limit', untilMs };
}

function digestClosed(nowMs: number): Admission {
  return { verdict: 'waits', reason: 'digest-closed', untilMs: nowMs + AGAIN_MS };
}

function withReason(entry: Wanted['entry'], { because }: { because: DigestEntry['because'] }): DigestEntry {
  return { ...entry, because };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
