import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { destinationNames } from '../config/find-config.ts';
import type { Gateway } from '../gateway.ts';
import { sleepOf } from '../io.ts';
import { hasOutcome, isReached, waitsForWord } from '../records/outcome.ts';
import { inert } from '../screen/terminal.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';
import { describeState } from '../words/views.ts';

const POLL_MS = 250;

/** The fate of an alert that was sent to try a source. */
type Told = {
  /** The router's decision; `waiting` where there is none yet. */
  routing: string;
  /** Names of the destinations that have it, or have it in a digest that they will get. */
  reached: string[];
  deliveries: object[];
  text: string;
  hasFailed: boolean;
};

type Found = NonNullable<Awaited<ReturnType<Gateway['records']['alert']>>>;

/**
 * Accepted is not told, and decided is not delivered: the outcomes of the deliveries are waited for. An alert that reaches
 * nobody is no success.
 */
export async function whoWasTold(
  session: Session,
  { config, records }: Pick<Gateway, 'config' | 'records'>,
  alertId: string,
  timeoutSeconds: number,
): Promise<Told> {
  const endMs = session.io.clock.now() + timeoutSeconds * 1_000;
  for (;;) {
    const found = await records.alert(alertId);
    const isOver = session.io.clock.now() >= endMs;
    if (found !== undefined && (isOver || isSettled(found))) {
      const nameOf = destinationNames(await config.list('destination'));
      return describeTold(found, alertId, nameOf);
    }
    if (isOver) {
      const text = `not routed after ${String(timeoutSeconds)} s; see: ${TOCSIN} why ${alertId}`;
      return { routing: 'waiting', reached: [], deliveries: [], text, hasFailed: true };
    }
    await sleepOf(session.io)(POLL_MS);
  }
}

/** Whether more is to come: a mail that was taken is waited for only while nobody else is known to have the alert. */
function isSettled({ deliveries }: Found): boolean {
  if (!deliveries.every(hasOutcome)) return false;
  const isSure = (delivery: Delivery) => hasIt(delivery) && !waitsForWord(delivery);
  return deliveries.some(isSure) || !deliveries.some(waitsForWord);
}

/** The mail of a digest comes when its window is over. */
function hasIt(delivery: Delivery): boolean {
  return delivery.state === 'digested' || isReached(delivery);
}

function describeTold({ routed, deliveries }: Found, alertId: string, nameOf: (id: string) => string): Told {
  const having = deliveries.filter(hasIt);
  const reached = [...new Set(having.map(({ destination_id: id }) => nameOf(id)))];
  const lines = deliveries.map((delivery) => {
    const { destination_id: id, recipient } = delivery;
    const to = recipient === undefined ? '' : ` (${inert(recipient)})`;
    return `${inert(nameOf(id))}${to}: ${hasOutcome(delivery) ? describeState(delivery) : 'on its way'}`;
  });
  const nobody = `nobody${deliveries.some((delivery) => !hasOutcome(delivery)) ? ' yet' : ''}; see: ${TOCSIN} why ${alertId}`;
  return {
    routing: routed.routing,
    reached,
    deliveries: deliveries.map(({ id, destination_id: to, recipient, state, reason }) => ({
      delivery_id: id,
      destination: nameOf(to),
      recipient: recipient ?? null,
      state,
      reason: reason ?? null,
    })),
    text: [...(reached.length === 0 ? [nobody] : []), ...lines].join('\n'),
    hasFailed: reached.length === 0,
  };
}
