import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AlarmStatusWidget, Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarm, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AwsPartition, consoleOf } from '../../functions/core/model/config/aws-partition.ts';
import type { MetricName } from '../../functions/core/model/wire/metrics.ts';
import type { AlertQueues } from './alert-queues.ts';
import type { GatewayFunctions } from './gateway-functions.ts';
import { byDestination, ofStack } from './gateway-metrics.ts';

type OperatorDashboardProps = {
  dashboardName: string;
  alarms: Alarm[];
  queues: AlertQueues;
  functions: GatewayFunctions;
  api: HttpApi;
  /** Where the stack will be; the template itself does not know. */
  partition: AwsPartition;
};

/** One page, in the order of the path of an alert: alarms, requests, queues, functions. */
export class OperatorDashboard extends Construct {
  /** Where the page is in the AWS console. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: OperatorDashboardProps) {
    super(scope, id);
    const { dashboardName, alarms, queues, functions, api, partition } = props;
    const period = Duration.minutes(5);
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12, height: 6 });
    const { region } = Stack.of(this);
    const total = (name: MetricName, label: string) => ofStack(name, { stack: dashboardName, period, label });
    const each = (name: MetricName, statistic: string) =>
      byDestination(name, { stack: dashboardName, period, statistic });

    new Dashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(24),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
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
        [
          graph('Requests', [
            api.metricCount({ period, label: 'all' }),
            api.metricClientError({ period, label: 'refused (4xx)' }),
            api.metricServerError({ period, label: 'failed (5xx)' }),
          ]),
          graph('Answer time (ms, p99)', [api.metricLatency({ period, statistic: 'p99', label: 'ingest' })]),
        ],
        [
          graph(
            'Waiting messages',
            queues.byName.map(([label, { queue }]) =>
              queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label }),
            ),
          ),
          graph(
            'Oldest message (s)',
            queues.byName.map(([label, { queue }]) =>
              queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label }),
            ),
          ),
        ],
        [
          graph(
            'Dead letters',
            queues.byName.map(([label, pair]) => pair.deadLetterCount({ period, label })),
          ),
          graph(
            'Function time (ms, p99)',
            functions.byName.map(([label, fn]) =>
              fn.function.metricDuration({ period, statistic: 'p99', label }),
            ),
          ),
        ],
      ],
    });
    this.url = `${consoleOf(region, partition)}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
  }
}
