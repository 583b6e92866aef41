import type { MailEventLog } from '../../../core/recipients/ports.ts';
import { conditionHeld } from '../conditions.ts';
import { deliveryKey, deliveryOfAlertKey, type Key } from '../keys.ts';
import { readItem } from '../read-item.ts';
import type { TableAccess } from '../table-access.ts';

type Append = MailEventLog['append'];

/** Mail events in the rows of their deliveries. */
export function dynamodbMailEvents(to: TableAccess): MailEventLog {
  return { append: async (...event) => append(to, ...event) };
}

async function append(
  to: TableAccess,
  { alertId, deliveryId }: Parameters<Append>[0],
  event: Parameters<Append>[1],
): ReturnType<Append> {
  const places = [deliveryKey({ id: deliveryId }), deliveryOfAlertKey({ alert_id: alertId, id: deliveryId })];
  for (const key of places) {
    const isNew = await addOnce(to, key, event);
    const row = await readItem(to, key);
    if (typeof row?.['recipient'] !== 'string') continue;
    return {
      result: isNew ? 'recorded' : 'repeated',
      destinationId: String(row['destination_id']),
      recipient: row['recipient'],
    };
  }
  return { result: 'unknown' };
}

/** Each event once; a row that is gone is not made anew. */
async function addOnce(
  { client, table }: TableAccess,
  key: Key,
  event: Parameters<Append>[1],
): Promise<boolean> {
  return conditionHeld(
    client.call('UpdateItem', {
      TableName: table,
      Key: key,
      UpdateExpression:
        'SET mail_events = list_append(if_not_exists(mail_events, :none), :events), mail_event_ids = list_append(if_not_exists(mail_event_ids, :none), :ids)',
      ConditionExpression:
        'attribute_exists(pk) AND (attribute_not_exists(mail_event_ids) OR NOT contains(mail_event_ids, :id))',
      ExpressionAttributeValues: {
        ':none': [],
        ':events': [event],
        ':ids': [event.id],
        ':id': event.id,
      },
    }),
  );
}
