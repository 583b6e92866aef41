import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import { firstAttempt } from '../../functions/core/model/wire/delivery.ts';
import { remedyOf } from '../../functions/core/system-alerts/failure-remedies.ts';
import { describePhases } from '../words/attempt.ts';
import { explainError } from '../words/explain-error.ts';
import { CliFailure } from '../failure.ts';
import { randomOf, sleepOf } from '../io.ts';
import { randomUuid } from '../config/random-id.ts';
import { renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { isPrivateDestination } from '../../functions/core/deliver/webhook/network.ts';
import { testAlert } from './test-alert.ts';
import { parseSeconds, readableMs } from '../words/time.ts';
import { mailFate } from '../../functions/core/model/wire/mail-state.ts';
import { hasOutcome, isReached, MAIL_WORD_MS, waitsForWord } from '../records/outcome.ts';
import { describeFate, describeState } from '../words/views.ts';
import type { Command } from 'commander';
import type { Delivery, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { CommandResult } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { hintedText, TOCSIN } from '../words/hint.ts';

const POLL_MS = 500;

export function addTimeoutOption(command: Command): void {
  command.option('--timeout <duration>', 'how long to wait for the outcome, 1s to 15m (default: 60s)');
}

/** Seconds of `--timeout`. */
export function readTimeout(timeout: string | undefined): number {
  return parseSeconds('--timeout', timeout ?? '60s', { min: 1, max: 900 });
}

/**
 * Sends a test alert to a destination as every alert is sent: with the stored configuration, over its queue and
 * function. Answers with what came of it; throws when nothing came in time.
 */
export async function testDestination(
  session: Session,
  gateway: Gateway,
  destination: Destination,
  timeoutSeconds: number,
): Promise<CommandResult> {
  const messages = await sendTest(session, gateway, destination);
  session.note(
    `sent ${messages.length === 1 ? 'a test alert' : `${messages.length} test mails`}, waiting for the outcome`,
  );
  const deliveries = await waitFor(session, gateway, messages, timeoutSeconds * 1_000);
  return describeOutcome(session, destination, { messages, deliveries }, timeoutSeconds);
}

/** The same, with every failure as a result: it must not hide what else there is to tell. */
export async function testOutcome(
  session: Session,
  gateway: Gateway,
  destination: Destination,
  timeoutSeconds: number,
): Promise<CommandResult> {
  try {
    return await testDestination(session, gateway, destination, timeoutSeconds);
  } catch (error) {
    const { code, message } = explainError(error, session.io.env);
    const { id, name } = destination;
    return {
      hasFailed: true,
      json: { ok: false, destination: { id, name }, error: { code, message } },
      text: `${session.paint('bold', name)}: ${session.paint('red', 'FAILED')}\n\n${inert(message)}`,
    };
  }
}

/** The alert is stored first, so that the delivery can be looked up like any other. */
async function sendTest(
  session: Session,
  gateway: Gateway,
  destination: Destination,
): Promise<DeliveryMessage[]> {
  const now = new Date(session.io.clock.now()).toISOString();
  const alert = testAlert(randomUuid(randomOf(session.io)), destination, now);
  const recipients =
    destination.channel === 'email'
      ? destination.recipients.map((recipient) => recipient.address)
      : [undefined];
  const messages = recipients.map((recipient): DeliveryMessage => {
    const delivery = {
      id: deliveryId(alert.id, destination.id, recipient),
      destinationId: destination.id,
      channel: destination.channel,
      isPrivate: isPrivateDestination(destination),
      ...(recipient !== undefined && { recipient }),
    };
    return Object.assign(firstAttempt(alert, delivery, now), { is_test: true });
  });
  await gateway.records.putAlert({
    alert,
    routing: 'routed',
    routed_at: now,
    deliveries: messages.map((message) => ({
      id: message.delivery_id,
      destination_id: destination.id,
      channel: destination.channel,
      ...(message.recipient !== undefined && { recipient: message.recipient }),
    })),
    trace: [
      {
        destination_id: destination.id,
        destination_name: destination.name,
        decision: 'deliver',
        because: 'concerns-this-destination',
      },
    ],
  });
  await gateway.deliveries.enqueue(messages);
  return messages;
}

/** The deliveries once each has an outcome, or as they stand when the time is up. */
async function waitFor(
  session: Session,
  gateway: Gateway,
  messages: readonly DeliveryMessage[],
  timeoutMs: number,
): Promise<(Delivery | undefined)[]> {
  const endMs = session.io.clock.now() + timeoutMs;
  let wordUntilMs: number | undefined;
  for (;;) {
    const deliveries = await boundedMap(messages, CALLS_AT_ONCE, async (message) =>
      gateway.records.delivery(message.delivery_id),
    );
    const nowMs = session.io.clock.now();
    if (nowMs >= endMs) return deliveries;
    if (deliveries.every(hasOutcome)) {
      wordUntilMs ??= nowMs + MAIL_WORD_MS;
      if (nowMs >= wordUntilMs || !deliveries.some(waitsForWord)) return deliveries;
    }
    await sleepOf(session.io)(POLL_MS);
  }
}

function describeOutcome(
  session: Session,
  destination: Destination,
  {
    messages,
    deliveries,
  }: { messages: readonly DeliveryMessage[]; deliveries: readonly (Delivery | undefined)[] },
  timeoutSeconds: number,
): CommandResult {
  if (!deliveries.some(hasOutcome)) {
    throw new CliFailure(
      'timeout',
      `destination ${JSON.stringify(destination.name)}: no outcome after ${timeoutSeconds} s; look again with: ${TOCSIN} deliveries show ${messages[0]?.delivery_id ?? ''}`,
    );
  }
  const hasFailed = !deliveries.every(isReached);
  const { paint } = session;
  const word = hasFailed ? paint('red', 'FAILED') : paint('green', 'ok');
  const blocks = messages.map((message, index) => describeDelivery(session, message, deliveries[index]));
  return {
    hasFailed,
    json: {
      ok: !hasFailed,
      destination: { id: destination.id, name: destination.name },
      alert_id: messages[0]?.alert_id,
      deliveries: messages.map((message, index) => testView(message, deliveries[index])),
    },
    text: `${paint('bold', destination.name)}: ${word}\n\n${blocks.join('\n\n')}`,
  };
}

function describeDelivery(
  session: Session,
  message: DeliveryMessage,
  delivery: Delivery | undefined,
): string {
  const attempt = delivery?.attempts.at(-1);
  const phases = attempt === undefined ? '' : describePhases(attempt);
  const fate = delivery === undefined ? undefined : mailFate(delivery);
  return renderFields(
    [
      ['delivery', message.delivery_id],
      ['to', message.recipient],
      ['outcome', delivery === undefined || !hasOutcome(delivery) ? 'none yet' : describeState(delivery)],
      ['mail', fate && inert(describeFate(fate))],
      ['status', attempt?.status?.toString()],
      ['reason', attempt?.detail === undefined ? undefined : inert(attempt.detail)],
      ['remedy', hintedText(remedyOf(attempt?.reason))],
      ['took', attempt && `${readableMs(attempt.duration_ms)}${phases === '' ? '' : ` (${phases})`}`],
      ['address', attempt?.address],
      ['tls', attempt?.tls_version],
      ['message id', attempt?.message_id],
      ['answer', attempt?.response_excerpt?.split('\n').map(inert).join('\n')],
    ],
    session.paint,
  );
}

function testView(message: DeliveryMessage, delivery: Delivery | undefined): object {
  const attempt = delivery?.attempts.at(-1);
  return {
    delivery_id: message.delivery_id,
    recipient: message.recipient ?? null,
    state: delivery?.state ?? null,
    mail_state: (delivery === undefined ? undefined : mailFate(delivery)?.state) ?? null,
    outcome: attempt?.outcome ?? null,
    reason: attempt?.reason ?? delivery?.reason ?? null,
    detail: attempt?.detail ?? null,
    remedy: hintedText(remedyOf(attempt?.reason)) ?? null,
    status: attempt?.status ?? null,
    latency_ms: attempt?.duration_ms ?? null,
    phases_ms: attempt?.phases_ms ?? null,
    address: attempt?.address ?? null,
    tls_version: attempt?.tls_version ?? null,
    message_id: attempt?.message_id ?? null,
    response_excerpt: attempt?.response_excerpt ?? null,
  };
}
