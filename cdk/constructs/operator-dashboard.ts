import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AlarmStatusWidget, Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarm, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AwsPartition, consoleOf } from '../../functions/core/model/config/aws-partition.ts';
import type { MetricName } from '../../functions/core/model/wire/metrics.ts';
import type { AlertQueues } from './alert-queues.ts';
import type { GatewayFunction } from './gateway-function.ts';
import type { GatewayFunctions } from './gateway-functions.ts';
import { canaryLatency } from './alarm-metrics.ts';
import { byDestination, ofStack } from './gateway-metrics.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

type OperatorDashboardProps = {
  dashboardName: string;
  alarms: Alarm[];
  queues: AlertQueues;
  functions: GatewayFunctions;
  api: HttpApi;
  /** Minutes between canaries; 0: there are none. */
  canaryMinutes: number;
  /** Where the stack will be; the template itself does not know. */
  partition: AwsPartition;
};

const period = Duration.minutes(5);

/** One page: the alarms, then a graph for each step of an alert's way, then queues and functions. */
export class OperatorDashboard extends Construct {
  /** Where the page is in the AWS console. */
  readonly url: string;
  readonly #ofQueues: [
    graph: GraphWidget,
    metricOf: (label: string, pair: QueueWithDeadLetters) => IMetric,
  ][];
  readonly #ofFunctions: [graph: GraphWidget, metricOf: (label: string, fn: GatewayFunction) => IMetric][];

  constructor(scope: Construct, id: string, props: OperatorDashboardProps) {
    super(scope, id);
    const { dashboardName, alarms, queues, functions, partition } = props;
    const { region } = Stack.of(this);

    const [waiting, oldest] = [graph('Waiting messages', []), graph('Oldest message (s)', [])];
    const [letters, time] = [graph('Dead letters', []), graph('Function time (ms, p99)', [])];
    this.#ofQueues = [
      [
        waiting,
        (label, { queue }) =>
          queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label }),
      ],
      [
        oldest,
        (label, { queue }) =>
          queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label }),
      ],
      [letters, (label, pair) => pair.deadLetterCount({ period, label })],
    ];
    this.#ofFunctions = [
      [time, (label, { function: fn }) => fn.metricDuration({ period, statistic: 'p99', label })],
    ];
    for (const [name, pair] of queues.byName) this.addQueue(name, pair);
    for (const [name, fn] of functions.byName) this.addFunction(name, fn);

    new Dashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(24),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
        ...deliveryGraphs(dashboardName),
        ...apiGraphs(props),
        ...canaryGraphs(props),
        [waiting, oldest],
        [letters, time],
      ],
    });
    this.url = `${consoleOf(region, partition)}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
  }

  /** Shows a queue. It may come later than the page. */
  addQueue(label: string, pair: QueueWithDeadLetters): void {
    for (const [graph, metricOf] of this.#ofQueues) graph.addLeftMetric(metricOf(label, pair));
  }

  addFunction(label: string, fn: GatewayFunction): void {
    for (const [graph, metricOf] of this.#ofFunctions) graph.addLeftMetric(metricOf(label, fn));
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 12, height: 6 });
}

/** Alerts and deliveries, in all and by destination. */
function deliveryGraphs(stack: string): GraphWidget[][] {
  const total = (name: MetricName, label: string) => ofStack(name, { stack, period, label });
  const each = (name: MetricName, statistic: string) => byDestination(name, { stack, period, statistic });
  return [
    [
      graph('Alerts', [total('Accepted', 'accepted'), total('Routed', 'routed')]),
      graph('Deliveries', [
        total('Delivered', 'delivered'),
        total('Failed', 'failed attempts'),
        total('DeadLettered', 'dead'),
        total('Suppressed', 'suppressed'),
      ]),
    ],
    [
      graph('Delivered, by destination', [each('Delivered', 'Sum')]),
      graph('Dead, by destination', [each('DeadLettered', 'Sum')]),
    ],
    [
      graph('From acceptance to delivery (ms, p99), by destination', [each('DeliveryLatency', 'p99')]),
      graph('Failed attempts, by destination', [each('Failed', 'Sum')]),
    ],
  ];
}

/** The requests of the public URL. */
function apiGraphs({ api }: OperatorDashboardProps): GraphWidget[][] {
  return [
    [
      graph('Requests', [
        api.metricCount({ period, label: 'all' }),
        api.metricClientError({ period, label: 'refused (4xx)' }),
        api.metricServerError({ period, label: 'failed (5xx)' }),
      ]),
      graph('Answer time (ms, p99)', [api.metricLatency({ period, statistic: 'p99', label: 'ingest' })]),
    ],
  ];
}

/** How long canaries take, where there are any. */
function canaryGraphs({
  dashboardName: stack,
  canaryMinutes: minutes,
}: OperatorDashboardProps): GraphWidget[][] {
  if (minutes === 0) return [];
  const latency = canaryLatency({ stack, minutes });
  return [[graph('Canary, from its sending to its receipt (ms, the fastest of three)', [latency])]];
}
