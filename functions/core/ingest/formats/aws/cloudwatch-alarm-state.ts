import type { Severity } from '../../../model/wire/severity.ts';
import {
  fieldsAt,
  instant,
  isFields,
  list,
  listed,
  named,
  optional,
  text,
  type Fields,
} from '../../read-fields.ts';
import { severityFromWord } from '../../severity-scales.ts';
import type { AlertDraft } from '../format.ts';
import {
  arnName,
  arnRegion,
  awsLabels,
  consoleLink,
  regionOf,
  type AwsRecord,
  type AwsService,
} from './aws-record.ts';

/**
 * The state of a CloudWatch alarm, over SNS (`AlarmName`, `NewStateValue`) or EventBridge (`alarmName`, `state.value`): of one
 * metric, of metric math, of anomaly detection, or of other alarms.
 *
 * A state is no severity: ALARM is medium, INSUFFICIENT_DATA low, unless the alarm says otherwise by a tag `severity`, by
 * `severity: high` in its description, or by a word in its name (`prod-critical-cpu`, `[P1] queue age`). OK resolves, with
 * the severity of the alarm, so that it reaches whoever was told that it fired. Its tags are labels, where it sends them.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-tags-in-notifications.html (2026-11-21)
 */
export const cloudwatchAlarmState: AwsService = {
  isOwn: ({ document }) =>
    text(document['AlarmName']) !== undefined || text(document['alarmName']) !== undefined,
  read: readAlarm,
};

/** What both shapes tell, under one name each. */
type Facts = {
  name: string;
  arn: string | undefined;
  account: string | undefined;
  state: string | undefined;
  reason: string | undefined;
  description: string | undefined;
  changedAt: string | undefined;
  tags: Record<string, string>;
};

function readAlarm(record: AwsRecord): AlertDraft {
  const { document, event } = record;
  const facts = fromSns(document) ?? fromEvent(document, event);
  const { name, state } = facts;
  const region = arnRegion(facts.arn) ?? regionOf(record);
  return {
    type: 'aws.cloudwatch.alarm',
    status: state === 'OK' ? 'resolved' : 'firing',
    severity: severityOf(facts),
    ...optional('severityOriginal', state),
    title: `CloudWatch alarm ${name}: ${state ?? 'unknown state'}`,
    ...optional('description', facts.description ?? facts.reason),
    ...optional('event_time', instant(facts.changedAt)),
    ...optional('source_alert_id', facts.arn ?? name),
    dedup_key: `cloudwatch:${facts.arn ?? `${facts.account ?? ''}:${text(event['region']) ?? text(document['Region']) ?? ''}:${name}`}`,
    rule: { name, ...optional('id', facts.arn) },
    ...listed('resources', [
      ...dimensionsOf(document).map(({ dimension, value }) => named(dimension, { id: value, region })),
      ...childrenOf(document),
    ]),
    ...consoleLink(
      region,
      `cloudwatch/home?region=${region ?? ''}#alarmsV2:alarm/${encodeURIComponent(name)}`,
    ),
    ...optional('environment', facts.tags['environment'] ?? facts.tags['env']),
    labels: {
      ...Object.fromEntries(Object.entries(facts.tags).map(([key, value]) => [`tag.${key}`, value])),
      ...awsLabels(record),
      ...optional('account', facts.account),
      ...optional('region', region),
      alarm: name,
    },
    ...(facts.description !== undefined &&
      facts.reason !== undefined && { details: { reason: facts.reason } }),
  };
}

function fromSns(document: Fields): Facts | undefined {
  const name = text(document['AlarmName']);
  return name === undefined
    ? undefined
    : {
        name,
        arn: text(document['AlarmArn']),
        account: text(document['AWSAccountId']),
        state: text(document['NewStateValue']),
        reason: text(document['NewStateReason']),
        description: text(document['AlarmDescription']),
        changedAt: text(document['StateChangeTime']),
        tags: readTags(document['AlarmTags']),
      };
}

function fromEvent(document: Fields, event: Fields): Facts {
  const state = fieldsAt(document, 'state');
  return {
    name: text(document['alarmName']) ?? '',
    arn: text(list(event['resources'])[0]),
    account: text(event['account']),
    state: text(state['value']),
    reason: text(state['reason']),
    description: text(fieldsAt(document, 'configuration')['description']),
    changedAt: text(state['timestamp']) ?? text(event['time']),
    tags: readTags(document['alarmTags']),
  };
}

/** By name in lower case; one object in EventBridge events, and where it is a list of pairs, those. */
function readTags(value: unknown): Record<string, string> {
  const pairs = isFields(value)
    ? Object.entries(value)
    : list(value).map((tag) => {
        const { Key, key, Value, value: inner } = fieldsAt(tag);
        return [text(Key) ?? text(key), Value ?? inner] as const;
      });
  return Object.fromEntries(
    pairs.flatMap(([key, inner]) => {
      const tag = text(inner);
      return key === undefined || tag === undefined ? [] : [[key.toLowerCase(), tag]];
    }),
  );
}

/** Words that mean a severity when they stand in an alarm's name; `error` and `warning` there name a metric more often. */
const NAME_WORDS = new Set(['critical', 'high', 'medium', 'low', 'info']);

function severityOf({ name, description, state, tags }: Facts): Severity {
  const declared = /\bseverity\s*[:=]\s*(\w+)/iu.exec(description ?? '')?.[1];
  const inName = name
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .find((word) => NAME_WORDS.has(word) || /^(?:p|sev)[0-5]$/u.test(word));
  const override = [tags['severity'] ?? tags['priority'], declared, inName]
    .map(severityFromWord)
    .find((severity) => severity !== undefined);
  return override ?? (state === 'INSUFFICIENT_DATA' ? 'low' : 'medium');
}

/**
 * `[{name, value}]` in SNS messages, an object in the metrics of an EventBridge event; of metric math and anomaly detection
 * the metrics that it is made of.
 */
function dimensionsOf(document: Fields): { dimension: string; value: string }[] {
  const trigger = fieldsAt(document, 'Trigger');
  const inSns = [
    ...list(trigger['Dimensions']),
    ...list(trigger['Metrics']).flatMap((metric) =>
      list(fieldsAt(metric, 'MetricStat', 'Metric')['Dimensions']),
    ),
  ].map((entry) => {
    const { name, value, Name, Value } = fieldsAt(entry);
    return [name ?? Name, value ?? Value];
  });
  const inEvent = list(fieldsAt(document, 'configuration')['metrics']).flatMap((metric) =>
    Object.entries(fieldsAt(metric, 'metricStat', 'metric', 'dimensions')),
  );
  const seen = new Set<string>();
  return [...inSns, ...inEvent].flatMap(([name, value]) => {
    const [dimension, found] = [text(name), text(value)];
    if (dimension === undefined || found === undefined || seen.has(`${dimension}\n${found}`)) return [];
    seen.add(`${dimension}\n${found}`);
    return [{ dimension, value: found }];
  });
}

/** Of an alarm over other alarms those that set it off. */
function childrenOf(document: Fields): { type: string; id: string; name: string }[] {
  return list(document['TriggeringChildren']).flatMap((child) => {
    const arn = text(fieldsAt(child)['Arn']);
    return arn === undefined ? [] : [{ type: 'cloudwatch-alarm', id: arn, name: arnName(arn) }];
  });
}
