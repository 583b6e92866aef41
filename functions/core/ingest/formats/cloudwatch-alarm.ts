import { consoleOf } from '../../model/aws-partition.ts';
import type { Severity } from '../../model/severity.ts';
import {
  fieldsAt,
  instant,
  isFields,
  list,
  listed,
  named,
  optional,
  text,
  without,
  type Fields,
} from '../read-fields.ts';
import { severityFromPriority, severityFromWord } from '../severity-scales.ts';
import { awsDetails, awsLabels, awsParts, expandAws, readAwsEvent } from './aws-event.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * CloudWatch alarms, over SNS (`AlarmName`, `NewStateValue`) or EventBridge (`alarmName`, `state.value`).
 *
 * A state is no severity: ALARM is medium, INSUFFICIENT_DATA low, unless the alarm says otherwise by a tag `severity`, by
 * `severity: high` in its description, or by a word in its name (`prod-critical-cpu`, `[P1] queue age`). OK resolves, with
 * the severity of the alarm, so that it reaches whoever was told that it fired. Its tags are labels, where it sends them.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-tags-in-notifications.html (2026-11-21)
 */
export const cloudwatchAlarm: Format = {
  name: 'cloudwatch-alarm',
  summary: 'Amazon CloudWatch alarms: SNS message or EventBridge event',
  // SNS sends no header of ours. The topics are for the operator to name: anyone can have one that SNS signs for.
  preset: { auth: { type: 'sns', topics: [] } },
  deliveryIdHeaders: ['x-amz-sns-message-id'],
  comesOverSns: true,
  expand: expandAws,
  read: readCloudwatchAlarm,
};

/** What both shapes tell, under one name each. */
type Facts = {
  name: string;
  arn: string | undefined;
  account: string | undefined;
  region: string | undefined;
  state: string | undefined;
  reason: string | undefined;
  description: string | undefined;
  changedAt: string | undefined;
  tags: Record<string, string>;
  rest: Fields;
};

function readCloudwatchAlarm(record: Fields): AlertDraft {
  const { document, event, sns } = awsParts(record);
  const facts = fromSns(document) ?? fromEvent(document, event);
  if (facts === undefined) {
    return readAwsEvent(record);
  }
  const { name, state } = facts;
  const region = facts.arn?.split(':')[3] ?? facts.region;
  const dimensions = dimensionsOf(document);
  return {
    type: 'aws.cloudwatch.alarm',
    status: state === 'OK' ? 'resolved' : 'firing',
    severity: severityOf(facts),
    ...optional('severityOriginal', state),
    title: `CloudWatch alarm ${name}: ${state ?? 'unknown state'}`,
    ...optional('description', facts.description ?? facts.reason),
    ...optional('event_time', instant(facts.changedAt)),
    ...optional('source_alert_id', facts.arn ?? name),
    dedup_key: `cloudwatch:${facts.arn ?? `${facts.account ?? ''}:${facts.region ?? ''}:${name}`}`,
    rule: { name, ...optional('id', facts.arn) },
    ...listed(
      'resources',
      dimensions.map(({ dimension, value }) => named(dimension, { id: value, region })),
    ),
    ...(region !== undefined &&
      /^[a-z0-9-]+$/u.test(region) && { links: [{ rel: 'console', url: consoleUrl(region, name) }] }),
    ...optional('environment', facts.tags['environment'] ?? facts.tags['env']),
    labels: {
      ...Object.fromEntries(Object.entries(facts.tags).map(([key, value]) => [`tag.${key}`, value])),
      ...awsLabels(event, sns),
      ...optional('account', facts.account),
      ...optional('region', region),
      alarm: name,
    },
    details: awsDetails({ ...facts.rest, reason: facts.reason }, sns),
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
        region: text(document['Region']),
        state: text(document['NewStateValue']),
        reason: text(document['NewStateReason']),
        description: text(document['AlarmDescription']),
        changedAt: text(document['StateChangeTime']),
        tags: readTags(document['AlarmTags']),
        rest: without(
          document,
          'AlarmName',
          'AlarmArn',
          'AWSAccountId',
          'Region',
          'NewStateValue',
          'NewStateReason',
          'AlarmDescription',
          'StateChangeTime',
          'AlarmTags',
        ),
      };
}

function fromEvent(document: Fields, event: Fields): Facts | undefined {
  const name = text(document['alarmName']);
  const state = fieldsAt(document, 'state');
  return name === undefined
    ? undefined
    : {
        name,
        arn: text(list(event['resources'])[0]),
        account: text(event['account']),
        region: text(event['region']),
        state: text(state['value']),
        reason: text(state['reason']),
        description: text(fieldsAt(document, 'configuration')['description']),
        changedAt: text(state['timestamp']) ?? text(event['time']),
        tags: readTags(document['alarmTags']),
        rest: without(document, 'alarmName', 'state', 'alarmTags'),
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
    .find((word) => NAME_WORDS.has(word) || /^p[1-5]$/u.test(word));
  const override = [tags['severity'] ?? tags['priority'], declared, inName]
    .map(
      (word) =>
        severityFromWord(word) ?? (/^p[1-5]$/iu.test(word ?? '') ? severityFromPriority(word) : undefined),
    )
    .find((severity) => severity !== undefined);
  return override ?? (state === 'INSUFFICIENT_DATA' ? 'low' : 'medium');
}

/** `[{name, value}]` in SNS messages, an object in the metrics of an EventBridge event. */
function dimensionsOf(document: Fields): { dimension: string; value: string }[] {
  const inSns = list(fieldsAt(document, 'Trigger')['Dimensions']).map((entry) => {
    const { name, value } = fieldsAt(entry);
    return [name, value];
  });
  const inEvent = list(fieldsAt(document, 'configuration')['metrics']).flatMap((metric) =>
    Object.entries(fieldsAt(metric, 'metricStat', 'metric', 'dimensions')),
  );
  return [...inSns, ...inEvent].flatMap(([name, value]) => {
    const [dimension, found] = [text(name), text(value)];
    return dimension === undefined || found === undefined ? [] : [{ dimension, value: found }];
  });
}

function consoleUrl(region: string, name: string): string {
  return `${consoleOf(region)}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name)}`;
}
