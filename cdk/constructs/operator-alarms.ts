import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { AlertQueues } from './alert-queues.ts';
import type { GatewayFunction } from './gateway-function.ts';
import type { GatewayFunctions } from './gateway-functions.ts';

export type OperatorAlarmsProps = {
  namePrefix: string;
  /** @default - nobody; the topic takes subscriptions at any time */
  operatorEmail?: string | undefined;
  queues: AlertQueues;
  functions: GatewayFunctions;
  api: HttpApi;
};

type AlarmProps = { metric: IMetric; threshold: number; says: string };

// Waiting is normal where attempts are delayed, up to 900 s at a time; without delays it is a backlog.
const OLDEST_MESSAGE_SECONDS: Record<string, number> = {
  alerts: 300,
  webhook: 300,
  email: 1800,
  'webhook-retry': 1800,
};
const period = Duration.minutes(5);

/**
 * What tells the operator that the gateway itself is in trouble, outside of the gateway.
 *
 * An alarm `{stack}-{name}` is explained in docs/runbook/{name}.md.
 */
export class OperatorAlarms extends Construct {
  readonly alarms: Alarm[] = [];
  readonly #topic: Topic;
  readonly #namePrefix: string;

  constructor(scope: Construct, id: string, props: OperatorAlarmsProps) {
    super(scope, id);
    this.#namePrefix = props.namePrefix;
    this.#topic = this.#operatorTopic();
    if (props.operatorEmail !== undefined) {
      this.#topic.addSubscription(new EmailSubscription(props.operatorEmail));
    }

    for (const [name, { queue, deadLetters }] of props.queues.byName) {
      const oldestSeconds = OLDEST_MESSAGE_SECONDS[name] ?? 300;
      this.#alarm(`${name}-dead-letters`, {
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
        threshold: 1,
        says: `The dead-letter queue behind the ${name} queue is not empty: nobody will retry what is in it`,
      });
      this.#alarm(`${name}-oldest-message`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
        threshold: oldestSeconds,
        says: `A message has been in the ${name} queue for ${oldestSeconds / 60} minutes or more`,
      });
    }
    for (const [name, { function: fn }] of props.functions.byName) {
      this.#alarm(`${name}-errors`, {
        metric: fn.metricErrors({ period }),
        threshold: 1,
        says: `The function ${name} failed: a fault of ours or an outage of AWS, not of a sender or receiver`,
      });
      this.#alarm(`${name}-throttles`, {
        metric: fn.metricThrottles({ period }),
        threshold: 1,
        says: `The function ${name} was not started: the account's concurrency is used up`,
      });
    }
    this.#alarm('silent-sources', {
      metric: this.#silentSources(props.functions.watchSources),
      threshold: 1,
      says: 'A source has been silent for longer than its limit, or has never sent anything at all',
    });
    this.#alarm('ingest-server-errors', {
      metric: props.api.metricServerError({ period, statistic: 'Sum' }),
      threshold: 1,
      says: 'Sources were answered with a 5xx: their alerts were not accepted',
    });
  }

  #alarm(name: string, { metric, threshold, says }: AlarmProps): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.#namePrefix}-${name}`,
      alarmDescription: `${says}. What to do: docs/runbook/${name}.md`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // A function that did not run, an API without a request and a queue that has been empty for six hours
      // report nothing at all. None of that is trouble; a silent source is watched elsewhere.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
    this.alarms.push(alarm);
  }

  /** Told beside the gateway's own alert, which could fail to go out for the same reason that sources are silent. */
  #silentSources(watcher: GatewayFunction): IMetric {
    const filter = new MetricFilter(this, 'SilentSources', {
      logGroup: watcher.function.logGroup,
      metricNamespace: this.#namePrefix,
      metricName: 'SilentSources',
      filterPattern: FilterPattern.literal('{ $.event = "sources.watched" }'),
      metricValue: '$.silent',
    });
    return filter.metric({ period, statistic: 'Maximum' });
  }

  #operatorTopic(): Topic {
    // Not encrypted with the key that AWS manages: CloudWatch may not use that key. The notices hold
    // names of alarms and counts, no alerts.
    const topic = new Topic(this, 'Topic', {
      topicName: `${this.#namePrefix}-operator`,
      displayName: `${this.#namePrefix} operator`,
      enforceSSL: true,
    });
    // A topic with a policy loses the one that let the whole account publish, CloudWatch's alarms included.
    const { account } = Stack.of(this);
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
}
