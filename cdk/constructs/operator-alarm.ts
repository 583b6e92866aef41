import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export type AlarmProps = {
  metric: IMetric;
  threshold: number;
  says: string;
  /** How the alarm reads a lack of data, and what that lack means. */
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

/** Without data nothing is wrong. */
export function quiet(because: string): AlarmProps['noData'] {
  return { reads: TreatMissingData.NOT_BREACHING, because };
}

/** Without data something is wrong. */
export function missing(because: string): AlarmProps['noData'] {
  return { reads: TreatMissingData.BREACHING, because };
}

/** An alarm `{namePrefix}-{name}` that tells the topic when it rings and when it is over; docs/runbook/{name}.md explains it. */
export function operatorAlarm(
  scope: Construct,
  name: string,
  {
    metric,
    threshold,
    says,
    noData,
    namePrefix,
    topic,
    ...props
  }: AlarmProps & { namePrefix: string; topic: ITopic },
): Alarm {
  const alarm = new Alarm(scope, name, {
    alarmName: `${namePrefix}-${name}`,
    alarmDescription: `${says}. No data: ${noData.because}. What to do: docs/runbook/${name}.md`,
    metric,
    threshold,
    comparisonOperator: props.isTooLittle
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: props.periods ?? 1,
    treatMissingData: noData.reads,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
  return alarm;
}
