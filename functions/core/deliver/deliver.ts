import { createHash } from 'node:crypto';
import type { Destination } from '../model/config/destination.ts';
import { SecretNotFoundError, UnreadableConfigError } from '../model/config/unreadable-config.ts';
import type { Attempt, DeliveryMessage } from '../model/wire/delivery.ts';
import type { FailureReason } from '../model/wire/delivery-reasons.ts';
import { unreadableDeliveryAlert } from '../system-alerts/delivery-unreadable.ts';
import { failureAlert } from '../system-alerts/dead-letter.ts';
import type { Clock } from '../world.ts';
import {
  type Answered,
  type Channel,
  type Facts,
  isVerdict,
  type Leave,
  type Prepared,
  type Unclaimed,
} from './attempt.ts';
import type { Claim, DestinationRegistry } from './ports.ts';
import { silencedNow } from './silence.ts';
import { settleAttempt, type Settled, type SettlePorts, settleSilenced, settleUnclaimed } from './settle.ts';
import { LEASE_MS, mayDefer, notYetDue, withinBounds } from './waits.ts';

/** A delivery that was begun so often and never ended takes its worker down; it is not begun again. */
const MAX_UNRECORDED_CLAIMS = 3;

/** How long a new secret may be missing: Secrets Manager does not show it everywhere at once. */
const SECRET_MAY_APPEAR_MS = 60_000;

export type DeliverPorts = SettlePorts & { destinations: DestinationRegistry };

type Granted = Extract<Claim, { claim: 'granted' }>;

/**
 * Works off one message: claims an attempt at its delivery, makes it, and settles its result.
 *
 * An exception is our own fault: the message returns to its queue, and no attempt is consumed unless the claim was
 * taken.
 *
 * @param sentAtMs when the message was sent, as its queue says: the same however often it is received
 */
export async function deliver(
  message: DeliveryMessage,
  channel: Channel,
  ports: DeliverPorts,
  sentAtMs: number,
): Promise<Settled> {
  try {
    return await deliverReadable(message, channel, ports, sentAtMs);
  } catch (error) {
    if (!(error instanceof UnreadableConfigError)) throw error;
  }
  // The cached destination may be older than its secret, and it may be deleted by now.
  const { destinations } = ports;
  const fresh = { find: async (id: string) => destinations.find(id, { isFresh: true }) };
  try {
    return await deliverReadable(message, channel, { ...ports, destinations: fresh }, sentAtMs);
  } catch (error) {
    const mayAppear =
      error instanceof SecretNotFoundError && ports.clock.now() - sentAtMs < SECRET_MAY_APPEAR_MS;
    if (!(error instanceof UnreadableConfigError) || mayAppear) throw error;
    return endUnreadable(message, error, ports, sentAtMs);
  }
}

/**
 * The story of one message. Each step is a value for the steps after it, or a verdict, which ends the story.
 *
 * @throws UnreadableConfigError before the claim; after it only for a mail server's secret, and then the message waits for
 * the lease
 */
async function deliverReadable(
  message: DeliveryMessage,
  channel: Channel,
  ports: DeliverPorts,
  sentAtMs: number,
): Promise<Settled> {
  const { clock } = ports;
  const { gate } = channel;
  const end = async (verdict: Unclaimed) => settleUnclaimed(message, verdict, ports);

  const early = notYetDue(message, clock.now());
  if (early !== undefined) return end(early);
  const [destination, look, silenced] = await Promise.all([
    wanted(message, channel, ports),
    gate?.look(message.destination_id),
    silencedNow(message, ports),
  ]);
  if (isVerdict(destination)) return end(destination);
  if (silenced !== undefined) {
    const settled = await settleSilenced(message, silenced, ports, destination);
    if (settled !== undefined) return settled;
  }
  const allowed = channel.checkNetwork?.(destination) ?? look?.(message, destination) ?? {};
  if (isVerdict(allowed)) return end(allowed);
  const prepared = await prepare(message, destination, channel, clock);
  if (isVerdict(prepared)) return end(prepared);
  const leave = gate === undefined ? allowed : await gate.confirm(message, destination, allowed);
  if (isVerdict(leave)) return end(leave);
  const claim = await claimed(message, prepared, ports);
  if (isVerdict(claim)) return settleUnclaimed(message, claim, ports, destination);
  const startedMs = clock.now();
  const answered = unmade(claim, leave) ?? (await attempt(message, prepared, channel));
  const ended = {
    ...prepared,
    delivery: { ...claim.delivery, body_sha256: sha256(prepared.body) },
    attempt: attemptOf(message, destination.version, [startedMs, clock.now()], answered.facts),
    destination,
    alert: (reason: FailureReason) => failureAlert(message, destination, reason, sentAtMs),
  };
  const settled = await settleAttempt(
    withinBounds(answered, message, prepared.schedule, clock.now()),
    ended,
    ports,
  );
  await gate?.learn(message, destination, answered, ended.attempt);
  return settled;
}

/**
 * The destination as it is configured, where deliveries to it are wanted. "Not there" and "disabled" end a delivery for
 * good, so the table itself must say so: an operator who enables a destination and replays must not lose the replay
 * to a view that is seconds old. The table also names the network: two functions with views of different age would hand a
 * message to and fro.
 */
async function wanted(
  { destination_id: id, is_test: isTest }: DeliveryMessage,
  channel: Channel,
  { destinations }: DeliverPorts,
): Promise<Destination | Unclaimed> {
  const known = await readable(destinations.find(id));
  const isSure = known?.isEnabled === true && channel.checkNetwork?.(known) === undefined;
  const destination = isSure ? known : await destinations.find(id, { isFresh: true });
  if (destination === undefined) return { verdict: 'suppressed', reason: 'destination-deleted' };
  return destination.isEnabled || isTest === true
    ? destination
    : { verdict: 'suppressed', reason: 'destination-disabled' };
}

/** A destination that cannot be read counts as not known: the table itself is asked before anything is decided. */
async function readable(found: Promise<Destination | undefined>): Promise<Destination | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof UnreadableConfigError) return undefined;
    throw error;
  }
}

async function prepare(
  message: DeliveryMessage,
  destination: Destination,
  channel: Channel,
  clock: Clock,
): Promise<Prepared | Unclaimed> {
  const prepared = await channel.prepare(message, destination);
  return !isVerdict(prepared) && prepared.wait !== undefined && mayDefer(message, clock.now())
    ? { verdict: 'waits', reason: prepared.wait }
    : prepared;
}

/** The claim of an attempt. A delivery that its row gives to a digest is in the digest before its message is let go. */
async function claimed(
  message: DeliveryMessage,
  prepared: Pick<Prepared, 'rejoin'>,
  { deliveries, clock }: DeliverPorts,
): Promise<Granted | Unclaimed> {
  const claim = await deliveries.claim(message, iso(clock.now() + LEASE_MS));
  if (claim.claim === 'granted') return claim;
  if (claim.claim === 'busy') return { verdict: 'waits', reason: 'busy' };
  if (claim.state === 'dead' || claim.state === 'suppressed') return { verdict: 'settled', isUntold: true };
  const joined = claim.state === 'digested' ? await prepared.rejoin?.() : undefined;
  return joined ?? { verdict: 'settled' };
}

/** The end of an attempt that is claimed and must not be made; undefined for every other. */
function unmade({ claims }: Granted, { instead }: Leave): Answered | undefined {
  if (claims <= MAX_UNRECORDED_CLAIMS) return instead;
  const detail = `it was begun ${String(MAX_UNRECORDED_CLAIMS)} times and never came to an end`;
  return { verdict: 'failed', reason: 'pipeline-fault', facts: { detail } };
}

async function attempt(message: DeliveryMessage, prepared: Prepared, { gate }: Channel): Promise<Answered> {
  return gate === undefined ? prepared.send() : gate.watch(message, async () => prepared.send());
}

/** An attempt as its row keeps it, but for its end. */
function attemptOf(
  message: DeliveryMessage,
  destinationVersion: number,
  [startedMs, endedMs]: [number, number],
  facts: Facts,
): Omit<Attempt, 'outcome' | 'reason'> {
  return {
    number: message.attempt,
    started_at: iso(startedMs),
    duration_ms: endedMs - startedMs,
    destination_version: destinationVersion,
    ...(message.deferrals !== undefined && {
      deferrals: message.deferrals,
      ...(message.deferred_since !== undefined && { deferred_since: message.deferred_since }),
    }),
    ...facts,
  };
}

/**
 * Ends a delivery that needs something which cannot be read: a dead letter, which can be sent again when the
 * configuration is mended, and a system alert to the other destinations.
 */
async function endUnreadable(
  message: DeliveryMessage,
  error: UnreadableConfigError,
  ports: DeliverPorts,
  sentAtMs: number,
): Promise<Settled> {
  const claim = await claimed(message, {}, ports);
  if (isVerdict(claim)) return settleUnclaimed(message, claim, ports);
  const nowMs = ports.clock.now();
  const ended = {
    message,
    schedule: { delaysSeconds: [] },
    delivery: claim.delivery,
    attempt: attemptOf(message, 0, [nowMs, nowMs], { detail: error.message }),
    destination: undefined,
    alert: () => unreadableDeliveryAlert(message, error, sentAtMs),
  };
  return settleAttempt({ verdict: 'failed', reason: 'configuration-unreadable', facts: {} }, ended, ports);
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
