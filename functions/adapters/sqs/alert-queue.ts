import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AcceptedAlerts } from '../../core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../core/model/wire/alert.ts';
import type { AlertQueue } from '../../core/ingest/ports.ts';
import { ALERTS_PER_SHEET, sheetPlaceOf } from '../../core/model/wire/ids.ts';
import { encodeMessageBody, MAX_MESSAGE_BYTES } from './message-body.ts';
import { alertsGroup } from './message-groups.ts';
import { sendMessages } from './send.ts';

/**
 * How many alerts a message holds at most: those of a sheet, which one router writes at once. What a router takes at once is ten messages, and while it works on those of
 * a source that floods, the alerts of the others wait: a hundred alerts are one slice, and a tenth of a second with five
 * destinations (`routerWork` in cdk/timings.ts). A request of a hundred alerts is one call and one batch all the same.
 */
export const MAX_ALERTS_PER_MESSAGE = ALERTS_PER_SHEET;

/**
 * The alerts of a request in messages of bounded size, each a complete `AcceptedAlerts`. Where they are cut depends on
 * the alerts alone, so a request that is repeated is cut at the same places.
 */
export function sqsAlertQueue({ client, queueUrl }: { client: SQSClient; queueUrl: string }): AlertQueue {
  return {
    enqueue: async (accepted) => {
      const groupId = alertsGroup(accepted);
      await sendMessages(
        client,
        queueUrl,
        messageBodies(accepted).map((body) => ({ body, groupId })),
      );
    },
  };
}

function messageBodies(accepted: AcceptedAlerts): string[] {
  return wholeSheets(accepted.alerts).flatMap((alerts) => bodiesThatFit({ ...accepted, alerts }));
}

/** As many alerts as a message holds, in their order; those of one sheet are never parted. */
function wholeSheets(alerts: readonly Alert[]): Alert[][] {
  const messages: Alert[][] = [];
  let message: Alert[] = [];
  for (const sheet of sheetsOf(alerts)) {
    if (message.length > 0 && message.length + sheet.length > MAX_ALERTS_PER_MESSAGE) {
      messages.push(message);
      message = [];
    }
    message.push(...sheet);
  }
  return message.length > 0 ? [...messages, message] : messages;
}

function sheetsOf(alerts: readonly Alert[]): Alert[][] {
  const sheets = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const { sheet } = sheetPlaceOf(alert.id);
    const others = sheets.get(sheet);
    if (others === undefined) sheets.set(sheet, [alert]);
    else others.push(alert);
  }
  return [...sheets.values()];
}

function bodiesThatFit(accepted: AcceptedAlerts): string[] {
  const body = encodeMessageBody(accepted);
  // A single alert that is still too large is refused by name in sendMessages.
  if (Buffer.byteLength(body) <= MAX_MESSAGE_BYTES || accepted.alerts.length === 1) return [body];
  const middle = Math.ceil(accepted.alerts.length / 2);
  return [accepted.alerts.slice(0, middle), accepted.alerts.slice(middle)].flatMap((alerts) =>
    bodiesThatFit({ ...accepted, alerts, is_part: true }),
  );
}
