import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { OperatorTopic } from '../../core/operator/ports.ts';

/** Who hears the alarms of the stack: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html (2026-11). */
export function snsOperatorTopic({
  client,
  topicArn,
}: {
  client: SNSClient;
  topicArn: string;
}): OperatorTopic {
  return {
    subscriptions: async () => {
      const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
      return {
        arn: topicArn,
        confirmed: Number(Attributes['SubscriptionsConfirmed'] ?? 0),
        pending: Number(Attributes['SubscriptionsPending'] ?? 0),
      };
    },
  };
}
