import { type Alert, isEnded, isSystemAlert } from '../../model/wire/alert.ts';
import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { SuppressionReason } from '../../model/wire/delivery-reasons.ts';
import type { Destination } from '../../model/config/destination.ts';
import type { StoryNote } from '../../model/wire/story.ts';
import type { Stories, StoryReader } from '../ports.ts';
import { judge, type News, takenBack } from './judge.ts';
import { type StoryPolicy, storyPolicy } from './policy.ts';

/** It is told, and what its body says of the story; or why it is not. */
type Told = { note?: StoryNote } | { verdict: 'suppressed'; reason: SuppressionReason };

/**
 * Whether the reader of a delivery is told of it, by what the reader was told before. The telling is written into the
 * story before the attempt is claimed, with the delivery's id. A message that comes again finds it there, and so does every
 * other message of the same finding.
 *
 * The story is not read where the answer is known: for a retry, a test, a digest, and a destination that takes everything.
 *
 * A mute for a while has to let ends pass: an alert that was told before is over for its readers too, and the end of a
 * muted alert is `never-told` here.
 */
export async function tellOnce(
  message: DeliveryMessage,
  destination: Destination,
  stories: Stories | undefined,
): Promise<Told> {
  const { alert } = message;
  if (stories === undefined || !isJudged(message)) return noted(message.story);
  const isAskedFor = message.round > 1;
  if (alert.is_handled === true && !isEnded(alert) && !isAskedFor) {
    return { verdict: 'suppressed', reason: 'already-handled' };
  }
  const policy = policyFor(alert, destination);
  if (isKnownWithoutStory(alert, policy)) {
    return policy.resolved === 'never' && isEnded(alert) && !isAskedFor
      ? { verdict: 'suppressed', reason: 'end-not-wanted' }
      : {};
  }
  const news = newsOf(message, isAskedFor);
  const judgement = await stories.change(readerOf(message), (story) => {
    const judged = judge(story, news, policy, stories.clock.now());
    return { after: judged.story, result: judged.judgement };
  });
  return judgement.isTold ? noted(judgement.note) : { verdict: 'suppressed', reason: judgement.reason };
}

/**
 * Takes a telling back that failed for good, so that the next alert of its story is told in its place.
 *
 * @param destination left out where it cannot be read
 */
export async function takeBack(
  message: DeliveryMessage,
  destination: Destination | undefined,
  stories: Stories | undefined,
): Promise<void> {
  const isTracked =
    destination === undefined || !isKnownWithoutStory(message.alert, policyFor(message.alert, destination));
  if (stories === undefined || isOutside(message) || !isTracked) return;
  const id = tellingId(message);
  await stories.change(readerOf(message), (story) => ({ after: takenBack(story, id), result: undefined }));
}

/** Only the first attempt of a round is judged: what an attempt was made at is told. */
function isJudged(message: DeliveryMessage): boolean {
  return !isOutside(message) && message.attempt === message.first_attempt;
}

function isOutside({ is_test: isTest, digest }: DeliveryMessage): boolean {
  return isTest === true || digest !== undefined;
}

/** Every system alert is told: its own hour bounds it. */
function policyFor(alert: Alert, destination: Destination): StoryPolicy {
  const policy = storyPolicy(destination);
  return isSystemAlert(alert) ? { ...policy, repeat: 'every' } : policy;
}

/**
 * A destination that takes everything needs no story, unless the sender tells which alerts are handled. Then an end closes
 * what was told, and is no news where nothing was told.
 */
function isKnownWithoutStory({ is_handled: isHandled }: Alert, { repeat, resolved }: StoryPolicy): boolean {
  return repeat === 'every' && (resolved === 'never' || (resolved === 'always' && isHandled === undefined));
}

/** Half of a UUID tells the deliveries of one story apart. */
function tellingId({ delivery_id: id }: DeliveryMessage): string {
  return id.slice(0, 18);
}

function newsOf(message: DeliveryMessage, isAskedFor: boolean): News {
  const { alert } = message;
  return {
    id: tellingId(message),
    status: alert.status,
    severity: alert.severity_id,
    arrival: { at: alert.received_at, index: alert.raw.index },
    isAskedFor,
    isHandled: alert.is_handled === true,
  };
}

function readerOf({ destination_id: destinationId, recipient, alert }: DeliveryMessage): StoryReader {
  return {
    destinationId,
    ...(recipient !== undefined && { recipient }),
    sourceId: alert.source.id,
    dedupKey: alert.dedup_key,
  };
}

function noted(note: StoryNote | undefined): Told {
  return note === undefined ? {} : { note };
}
