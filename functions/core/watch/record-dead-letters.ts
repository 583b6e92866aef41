import { boundedMap } from '../bounded-map.ts';
import { isCanary, isSystemAlert } from '../model/wire/alert.ts';
import { type DeadLetter, type DeadLetterQueueId } from '../model/wire/dead-letter.ts';
import { queueGaveUp } from '../system-alerts/queue-gave-up.ts';
import { raised } from '../system-alerts/raise.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock } from '../world.ts';
import type { AcceptedEnds, DeadLetterWatch, DeliveryEnds } from './ports.ts';

export type RecordDeadLettersPorts = {
  letters: DeadLetterWatch;
  deliveryEnds: DeliveryEnds;
  acceptedEnds: AcceptedEnds;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/** The result of one look into the dead-letter queues. */
type RecordedLetters = {
  read: number;
  /** Whether every letter was read and recorded. Then a delivery that is not among them is not dead. */
  isComplete: boolean;
  recorded: DeadLetter[];
  /** Letters that stay as they are; the next look tries again. */
  failures: { letter: DeadLetter; error: unknown }[];
};

/** Letters that are looked at in one run, and the time for recording them; the others have their turn in the next. */
const AT_MOST = 2_000;
const ENOUGH_MS = 20_000;
const AT_ONCE = 8;

/**
 * Records the letters that SQS itself moved to a dead-letter queue, after too many receives. No other function can: the
 * worker that received the message last died before it could write.
 *
 * The order carries the promise, as everywhere. The letter is put into its queue again, with its reason and as the next round;
 * then the rows say that it is dead; then a system alert tells of it; then the letter that SQS moved is removed. A
 * worker that dies in between leaves a letter too many, and a redrive of both sends once.
 */
export async function recordDeadLetters(ports: RecordDeadLettersPorts): Promise<RecordedLetters> {
  const result: RecordedLetters = { read: 0, isComplete: true, recorded: [], failures: [] };
  const held = new Set<DeadLetter>();
  try {
    for await (const letter of ports.letters.read()) {
      held.add(letter);
      result.read += 1;
      if (result.read < AT_MOST) continue;
      result.isComplete = false;
      break;
    }
    const tellOnce = once(ports);
    const endsAt = ports.clock.now() + ENOUGH_MS;
    const unrecorded = [...held].filter(({ isUnrecorded }) => isUnrecorded);
    await boundedMap(unrecorded, AT_ONCE, async (letter) => {
      try {
        if (ports.clock.now() > endsAt || (await isUnderWay(letter, ports))) {
          result.isComplete = false;
          return;
        }
        if (await record(letter, tellOnce, ports)) held.delete(letter);
        result.recorded.push(letter);
      } catch (error) {
        result.isComplete = false;
        result.failures.push({ letter, error });
      }
    });
  } finally {
    await ports.letters.release([...held]);
  }
  return result;
}

/** A live worker has the message too, since SQS delivers at least once. The worker's result counts. */
async function isUnderWay(
  { delivery }: DeadLetter,
  { deliveryEnds, clock }: RecordDeadLettersPorts,
): Promise<boolean> {
  if (delivery === undefined) return false;
  const row = await deliveryEnds.find(delivery);
  return row?.state === 'sending' && Date.parse(row.lease_until ?? '') > clock.now();
}

/** True when the letter that SQS moved is gone, and its restated copy lies in its place. */
async function record(
  letter: DeadLetter,
  tellOnce: (letter: DeadLetter) => Promise<void>,
  ports: RecordDeadLettersPorts,
): Promise<boolean> {
  const isRestated = await ports.letters.restate(letter, {
    reason: 'pipeline-fault',
    detail:
      letter.detail ??
      'given up by its queue after five receives; see the log of the function that reads the queue',
  });
  const { delivery, accepted } = letter;
  if (delivery !== undefined) await ports.deliveryEnds.bury(delivery, 'pipeline-fault');
  if (accepted !== undefined) await ports.acceptedEnds.bury(accepted);
  await tellOnce(letter);
  if (isRestated) await ports.letters.drop(letter);
  return isRestated;
}

/** One system alert for each queue in a run, however many letters. Those that wait for it fail with it. */
function once(ports: RecordDeadLettersPorts): (letter: DeadLetter) => Promise<void> {
  const told = new Map<DeadLetterQueueId, Promise<void>>();
  return async (letter) => {
    if (isOfTocsinItself(letter)) return;
    const telling = told.get(letter.queue) ?? tell(letter, ports);
    told.set(letter.queue, telling);
    await telling;
  };
}

/** System alerts that died raise no system alert, or it would never end. Dead canaries have an alert of their own. */
function isOfTocsinItself({ delivery, accepted }: DeadLetter): boolean {
  const alerts = delivery === undefined ? (accepted?.alerts ?? []) : [delivery.alert];
  return alerts.length > 0 && alerts.every((alert) => isSystemAlert(alert) || isCanary(alert));
}

/** The same alert within an hour is the same id. */
async function tell(letter: DeadLetter, { alerts, clock, tenantId }: RecordDeadLettersPorts): Promise<void> {
  const alert = queueGaveUp(letter, clock.now(), tenantId);
  await alerts.enqueue(raised([alert]));
}
