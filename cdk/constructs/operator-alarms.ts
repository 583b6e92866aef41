import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IRule } from 'aws-cdk-lib/aws-events';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CANARY_LATE_MS } from '../../functions/core/model/wire/canary.ts';
import {
  ALARM_PERIOD,
  canaryLatency,
  CANARIES_WATCHED,
  failedInvocations,
  failingAttempts,
  loopsStopped,
  undelivered,
} from './alarm-metrics.ts';
import type { AwsDoor } from './aws-door.ts';
import type { AlertQueues } from './alert-queues.ts';
import type { GatewayFunction } from './gateway-function.ts';
import type { GatewayFunctions } from './gateway-functions.ts';
import { operatorTopic } from './operator-topic.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

type OperatorAlarmsProps = {
  namePrefix: string;
  /** @default - nobody; the topic takes subscriptions at any time */
  operatorEmail?: string | undefined;
  queues: AlertQueues;
  functions: GatewayFunctions;
  /** What hands the events of SES to their queue; absent where there is no SES. */
  feedbackRule: IRule | undefined;
  api: HttpApi;
  /** Minutes between canaries; 0: there are none. */
  canaryMinutes: number;
};

type AlarmProps = {
  metric: IMetric;
  threshold: number;
  says: string;
  /** What it means that there is no data, and so why the alarm reads it as it does. */
  noData: { reads: TreatMissingData; because: string };
  /**
   * Periods in a row that must breach.
   *
   * @default 1
   */
  periods?: number;
  /**
   * Whether less than the threshold is the trouble.
   *
   * @default - the threshold and more is
   */
  isTooLittle?: boolean;
};

const period = ALARM_PERIOD;
/** Whoever waits for the answer is refused by a throttle; a queue or a schedule tries again by itself. */
const ANSWERS_SOMEBODY = new Set(['ingest', 'unsubscribe']);
/** A throttle that is gone after a quarter of an hour has cost nothing but time. */
const THROTTLED_PERIODS = 3;
/** Holds at least two runs of the watcher, however their starts drift. */
const WATCHED = Duration.minutes(15);

/** Retries are made for receivers that fail now and then; most of them failing for so long is something else. */
const FAILING_PERCENT = 50;
const FAILING_PERIODS = 6;

const quiet = (because: string): AlarmProps['noData'] => ({ reads: TreatMissingData.NOT_BREACHING, because });
const NO_MESSAGES = quiet('a queue without messages and calls for six hours reports nothing');
const NO_RUNS = quiet('a function that nobody starts reports nothing');

/**
 * What tells the operator that the gateway itself is in trouble, outside of the gateway.
 *
 * An alarm `{stack}-{name}` is explained in docs/runbook/{name}.md.
 */
export class OperatorAlarms extends Construct {
  readonly alarms: Alarm[] = [];
  /** Where every alarm is published. */
  readonly topic: Topic;
  readonly #namePrefix: string;

  constructor(scope: Construct, id: string, props: OperatorAlarmsProps) {
    super(scope, id);
    this.#namePrefix = props.namePrefix;
    this.topic = operatorTopic(this, props.namePrefix);
    if (props.operatorEmail !== undefined) {
      this.topic.addSubscription(new EmailSubscription(props.operatorEmail));
    }

    for (const [name, pair] of props.queues.byName) this.#watchQueue(name, pair);
    for (const [name, fn] of props.functions.byName) this.#watchFunction(name, fn);
    if (props.feedbackRule !== undefined) {
      this.#alarm('email-feedback-undelivered', {
        metric: failedInvocations(props.feedbackRule),
        threshold: 1,
        says: 'EventBridge gave up handing events of SES to the email-feedback queue: what they said of mails is lost',
        noData: quiet('EventBridge reports failed invocations only when there are any'),
      });
    }
    this.#alarm('loops-stopped', {
      metric: loopsStopped(props.functions),
      threshold: 1,
      says: 'Lambda ended a chain of invocations that it took for a loop: its messages are dead letters',
      noData: quiet('Lambda reports a loop only when it ends one'),
    });
    this.#alarm('silent-sources', {
      metric: this.#silentSources(props.functions.watchSources),
      threshold: 1,
      says: 'A source has been silent for longer than its limit, or has never sent anything at all',
      noData: quiet('the watcher did not run, which watch-sources-stopped tells'),
    });
    this.#alarm('watch-sources-stopped', {
      metric: props.functions.watchSources.function.metricInvocations({ period: WATCHED }),
      threshold: 1,
      isTooLittle: true,
      says: 'The watcher has not run for a quarter of an hour: nobody would notice a silent source',
      noData: {
        reads: TreatMissingData.BREACHING,
        because: 'a function that nobody starts reports nothing, and this one is started every five minutes',
      },
    });
    this.#alarm('watch-deliveries-stopped', {
      metric: props.functions.watchDeliveries.function.metricInvocations({ period: WATCHED }),
      threshold: 1,
      isTooLittle: true,
      says: 'The watcher of deliveries has not run for a quarter of an hour: what died is shown as waiting',
      noData: {
        reads: TreatMissingData.BREACHING,
        because: 'a function that nobody starts reports nothing, and this one is started every minute',
      },
    });
    if (props.canaryMinutes > 0) {
      this.#alarm('canary-late', {
        metric: canaryLatency({ stack: props.namePrefix, minutes: props.canaryMinutes }),
        threshold: CANARY_LATE_MS,
        says: `Of the last ${CANARIES_WATCHED} canaries none came through the public URL to its receiver within two minutes: alerts may not arrive`,
        noData: {
          reads: TreatMissingData.BREACHING,
          because:
            'a canary that never arrived reports nothing, and neither does a schedule that stands still',
        },
      });
    }
    this.#alarm('configuration-unreadable', {
      metric: this.#unreadableConfiguration(props.functions.watchSources),
      threshold: 1,
      says: 'Configuration in the table cannot be read, so alerts become dead letters, go to too many, or are refused',
      noData: quiet('the watcher did not run, which watch-sources-stopped tells'),
    });
    this.#alarm('attempts-failing', {
      metric: failingAttempts(props.namePrefix),
      threshold: FAILING_PERCENT,
      periods: FAILING_PERIODS,
      says: `For half an hour ${FAILING_PERCENT} % or more of the attempts to deliver have failed`,
      noData: quiet('nothing was delivered, and nothing failed'),
    });
    this.#alarm('ingest-server-errors', {
      metric: props.api.metricServerError({ period, statistic: 'Sum' }),
      threshold: 1,
      says: 'Requests were answered with a 5xx: what sources sent with them was not accepted',
      noData: quiet('an API without a request reports nothing, and a silent source is watched elsewhere'),
    });
  }

  /** Watches what came later than the rest: the door for events of AWS. */
  watchDoor(door: AwsDoor, queue: QueueWithDeadLetters, fn: GatewayFunction): void {
    this.#watchQueue('aws-events', queue);
    this.#watchFunction('ingest-aws-events', fn);
    // One for each bus, because an alarm may not add up more than ten metrics.
    for (const [name, rules] of door.rulesByBus) {
      this.#alarm(`${name}-undelivered`, {
        metric: undelivered(rules),
        threshold: 1,
        says: 'EventBridge could not hand events of AWS over to the aws-events queue, nor lay them down: they are lost',
        noData: quiet('EventBridge reports failed invocations only when there are any'),
      });
    }
  }

  #watchQueue(name: string, pair: QueueWithDeadLetters): void {
    this.#alarm(`${name}-dead-letters`, {
      metric: pair.deadLetterCount({ period }),
      threshold: 1,
      says: `The dead-letter queue behind the ${name} queue is not empty: nobody will retry what is in it`,
      noData: NO_MESSAGES,
    });
    this.#alarm(`${name}-oldest-message`, {
      metric: pair.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      threshold: pair.tooOld.toSeconds(),
      says: `A message has been in the ${name} queue for ${pair.tooOld.toMinutes()} minutes or more, longer than one failed attempt explains`,
      noData: NO_MESSAGES,
    });
  }

  #watchFunction(name: string, { function: fn }: GatewayFunction): void {
    this.#alarm(`${name}-errors`, {
      metric: fn.metricErrors({ period }),
      threshold: 1,
      says: `The function ${name} failed: a fault of ours or an outage of AWS, not of a sender or receiver`,
      noData: NO_RUNS,
    });
    const isAtOnce = ANSWERS_SOMEBODY.has(name);
    this.#alarm(`${name}-throttles`, {
      metric: fn.metricThrottles({ period }),
      threshold: 1,
      periods: isAtOnce ? 1 : THROTTLED_PERIODS,
      says: isAtOnce
        ? `The function ${name} was not started: the account's concurrency is used up`
        : `The function ${name} was not started again and again for a quarter of an hour: the account's concurrency is used up`,
      noData: NO_RUNS,
    });
  }

  #alarm(name: string, { metric, threshold, says, noData, ...props }: AlarmProps): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.#namePrefix}-${name}`,
      alarmDescription: `${says}. No data: ${noData.because}. What to do: docs/runbook/${name}.md`,
      metric,
      threshold,
      comparisonOperator: props.isTooLittle
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: noData.reads,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
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
    return filter.metric({ period: WATCHED, statistic: 'Maximum' });
  }

  /** The gateway's own alert about it may have nowhere left to go. */
  #unreadableConfiguration(watcher: GatewayFunction): IMetric {
    const filter = new MetricFilter(this, 'UnreadableConfiguration', {
      logGroup: watcher.function.logGroup,
      metricNamespace: this.#namePrefix,
      metricName: 'UnreadableConfiguration',
      filterPattern: FilterPattern.literal('{ $.event = "configuration.watched" }'),
      metricValue: '$.unreadable',
    });
    return filter.metric({ period: WATCHED, statistic: 'Maximum' });
  }
}
