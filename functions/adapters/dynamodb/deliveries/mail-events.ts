import type { MailEventLog } from '../../../core/recipients/ports.ts';
import type { DynamodbClient } from '../client.ts';
import { conditionHeld } from '../conditions.ts';
import { deliveryKey } from '../keys.ts';

/** Mail events in the rows of their deliveries, each once; a row that is gone is not made anew. */
export function dynamodbMailEvents({
  client,
  table,
}: {
  client: DynamodbClient;
  table: string;
}): MailEventLog {
  return {
    append: async ({ alertId, deliveryId }, event) => {
      const key = deliveryKey({ alert_id: alertId, id: deliveryId });
      const isNew = await conditionHeld(
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
      const { Item } = await client.call('GetItem', {
        TableName: table,
        Key: key,
        ConsistentRead: true,
        ProjectionExpression: 'destination_id, recipient',
      });
      if (typeof Item?.['recipient'] !== 'string') return { result: 'unknown' };
      return {
        result: isNew ? 'recorded' : 'repeated',
        destinationId: String(Item['destination_id']),
        recipient: Item['recipient'],
      };
    },
  };
}
