import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
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
import { type AlarmProps, missing, operatorAlarm, quiet } from './operator-alarm.ts';
import { operatorTopic } from './operator-topic.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

type OperatorAlarmsProps = {
  namePrefix: string;
  /** @default - none; the topic takes subscriptions at any time */
  operatorEmail?: string | undefined;
  queues: AlertQueues;
  functions: GatewayFunctions;
  /** The rule that hands the events of SES to their queue; absent where there is no SES. */
  feedbackRule: IRule | undefined;
  api: HttpApi;
  /** Minutes between canaries; 0: there are none. */
  canaryMinutes: number;
};

const period = ALARM_PERIOD;
/** Functions whose callers wait: a throttle refuses these callers, while a queue or a schedule tries again by itself. */
const ANSWERS_SOMEBODY = new Set(['ingest', 'unsubscribe']);
/** A throttle that is gone after a quarter of an hour has cost nothing but time. */
const THROTTLED_PERIODS = 3;
/** Long enough for two runs of a watcher, even when their starts drift. */
const WATCHED = Duration.minutes(15);

/** Retries are made for receivers that fail now and then. Most attempts failing for so long has another cause. */
const FAILING_PERCENT = 50;
const FAILING_PERIODS = 6;

const NO_MESSAGES = quiet('a queue without messages and calls for six hours reports nothing');
const NO_RUNS = quiet('a function that nobody starts reports nothing');

/**
 * The alarms that tell the operator of trouble with the gateway itself, by a way outside of the gateway.
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

    const { watchSources, watchDeliveries } = props.functions;
    for (const [name, pair] of props.queues.byName) this.#watchQueue(name, pair);
    for (const [name, fn] of props.functions.byName) this.#watchFunction(name, fn);
    if (props.feedbackRule !== undefined) this.#watchFeedback(props.feedbackRule);
    this.#watchLoops(props.functions);
    this.#watchSources(watchSources);
    this.#watchWatcher('watch-sources', watchSources, {
      says: 'The watcher has not run for a quarter of an hour: nobody would notice a silent source',
      every: 'every five minutes',
    });
    this.#watchWatcher('watch-deliveries', watchDeliveries, {
      says: 'The watcher of deliveries has not run for a quarter of an hour: what died is shown as waiting',
      every: 'every minute',
    });
    if (props.canaryMinutes > 0) this.#watchCanaries(props.canaryMinutes);
    this.#watchConfiguration(watchSources);
    this.#watchAttempts();
    this.#watchApi(props.api);
  }

  /** Watches the door for events of AWS, which comes later than the other parts. */
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

  #watchFeedback(rule: IRule): void {
    this.#alarm('email-feedback-undelivered', {
      metric: failedInvocations(rule),
      threshold: 1,
      says: 'EventBridge gave up handing events of SES to the email-feedback queue: what they said of mails is lost',
      noData: quiet('EventBridge reports failed invocations only when there are any'),
    });
  }

  #watchLoops(functions: GatewayFunctions): void {
    this.#alarm('loops-stopped', {
      metric: loopsStopped(functions),
      threshold: 1,
      says: 'Lambda ended a chain of invocations that it took for a loop: its messages are dead letters',
      noData: quiet('Lambda reports a loop only when it ends one'),
    });
  }

  /** Rings beside the gateway's own alert, which could fail to go out for the same reason that sources are silent. */
  #watchSources(watcher: GatewayFunction): void {
    this.#alarm('silent-sources', {
      metric: this.#logged('SilentSources', watcher, { event: 'sources.watched', field: 'silent' }),
      threshold: 1,
      says: 'A source has been silent for longer than its limit, or has never sent anything at all',
      noData: quiet('the watcher did not run, which watch-sources-stopped tells'),
    });
  }

  #watchWatcher(
    name: string,
    { function: fn }: GatewayFunction,
    { says, every }: { says: string; every: string },
  ): void {
    this.#alarm(`${name}-stopped`, {
      metric: fn.metricInvocations({ period: WATCHED }),
      threshold: 1,
      isTooLittle: true,
      says,
      noData: missing(`a function that nobody starts reports nothing, and this one is started ${every}`),
    });
  }

  #watchCanaries(minutes: number): void {
    this.#alarm('canary-late', {
      metric: canaryLatency({ stack: this.#namePrefix, minutes }),
      threshold: CANARY_LATE_MS,
      says: `Of the last ${CANARIES_WATCHED} canaries none came through the public URL to its receiver within two minutes: alerts may not arrive`,
      noData: missing(
        'a canary that never arrived reports nothing, and neither does a schedule that stands still',
      ),
    });
  }

  /** The gateway's own alert about it may have nowhere left to go. */
  #watchConfiguration(watcher: GatewayFunction): void {
    this.#alarm('configuration-unreadable', {
      metric: this.#logged('UnreadableConfiguration', watcher, {
        event: 'configuration.watched',
        field: 'unreadable',
      }),
      threshold: 1,
      says: 'Configuration in the table cannot be read, so alerts become dead letters, go to too many, or are refused',
      noData: quiet('the watcher did not run, which watch-sources-stopped tells'),
    });
  }

  #watchAttempts(): void {
    this.#alarm('attempts-failing', {
      metric: failingAttempts(this.#namePrefix),
      threshold: FAILING_PERCENT,
      periods: FAILING_PERIODS,
      says: `For half an hour ${FAILING_PERCENT} % or more of the attempts to deliver have failed`,
      noData: quiet('nothing was delivered, and nothing failed'),
    });
  }

  #watchApi(api: HttpApi): void {
    this.#alarm('ingest-server-errors', {
      metric: api.metricServerError({ period, statistic: 'Sum' }),
      threshold: 1,
      says: 'Requests were answered with a 5xx: what sources sent with them was not accepted',
      noData: quiet('an API without a request reports nothing, and a silent source is watched elsewhere'),
    });
  }

  #alarm(name: string, props: AlarmProps): void {
    this.alarms.push(
      operatorAlarm(this, name, { ...props, namePrefix: this.#namePrefix, topic: this.topic }),
    );
  }

  /** The largest number that a function has written into this field of its log lines. */
  #logged(
    name: string,
    { function: fn }: GatewayFunction,
    { event, field }: { event: string; field: string },
  ) {
    const filter = new MetricFilter(this, name, {
      logGroup: fn.logGroup,
      metricNamespace: this.#namePrefix,
      metricName: name,
      filterPattern: FilterPattern.literal(`{ $.event = "${event}" }`),
      metricValue: `$.${field}`,
    });
    return filter.metric({ period: WATCHED, statistic: 'Maximum' });
  }
}
