import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Where every alarm is published. */
export function operatorTopic(scope: Construct, namePrefix: string): Topic {
  // Not encrypted with the key that AWS manages: CloudWatch may not use that key. The notices hold
  // names of alarms and counts, no alerts.
  const topic = new Topic(scope, 'Topic', {
    topicName: `${namePrefix}-operator`,
    displayName: `${namePrefix} operator`,
    enforceSSL: true,
  });
  // A topic with a policy loses the one that let the whole account publish, CloudWatch's alarms included.
  const { account } = Stack.of(scope);
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  return topic;
}
