import { isJsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';

export const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_VISIBILITY_SECONDS = 43_200;
export const MAX_DELAY_SECONDS = 900;

const NUMERIC = {
  VisibilityTimeout: { min: 0, max: MAX_VISIBILITY_SECONDS, fallback: 30 },
  DelaySeconds: { min: 0, max: MAX_DELAY_SECONDS, fallback: 0 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, fallback: 345_600 },
  MaximumMessageSize: { min: 1024, max: MAX_MESSAGE_BYTES, fallback: MAX_MESSAGE_BYTES },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, fallback: 0 },
} as const;
type NumericName = keyof typeof NUMERIC;

/** Accepted and kept, without any effect here. */
const KEPT = new Set(['Policy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled']);

type RedrivePolicy = { deadLetterTargetArn: string; maxReceiveCount: number };

/** What a queue does, read from its attributes. Seconds and bytes as AWS counts them. */
export type QueueSettings = {
  visibilityTimeoutSeconds: number;
  delaySeconds: number;
  retentionSeconds: number;
  maxMessageBytes: number;
  waitSeconds: number;
  redrive?: RedrivePolicy;
};

/** Refuses attributes that SQS does not have, values out of range, and FIFO queues, which nothing here uses. */
export function checkQueueAttributes(attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const range = NUMERIC[name as NumericName];
    if (range !== undefined) {
      const number = Number(value);
      if (!Number.isInteger(number) || number < range.min || number > range.max) {
        throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
      }
    } else if (name === 'RedrivePolicy') {
      if (value !== '') parseRedrivePolicy(value);
    } else if (name === 'RedriveAllowPolicy') {
      if (value !== '') parseRedriveAllowPolicy(value);
    } else if (!KEPT.has(name)) {
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
  }
}

/** Reads the attribute `RedrivePolicy`, whose count arrives as a number or as text. */
function parseRedrivePolicy(text: string): RedrivePolicy {
  const invalid = new AwsError(
    'InvalidParameterValue',
    `Value ${text} for parameter RedrivePolicy is invalid.`,
  );
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid;
  }
  if (!isJsonObject(policy)) throw invalid;
  const maxReceiveCount = Number(policy['maxReceiveCount']);
  const deadLetterTargetArn = policy['deadLetterTargetArn'];
  if (typeof deadLetterTargetArn !== 'string') throw invalid;
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000) throw invalid;
  return { deadLetterTargetArn, maxReceiveCount };
}

/**
 * Which queues may name a queue as their dead-letter queue: all, none, or up to ten by their ARNs.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
type RedriveAllowPolicy = { redrivePermission: string; sourceQueueArns: readonly string[] };

function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    policy = undefined;
  }
  const { redrivePermission, sourceQueueArns = [] } = isJsonObject(policy) ? policy : {};
  const arns = Array.isArray(sourceQueueArns) ? sourceQueueArns.map(String) : [];
  const isByQueue = redrivePermission === 'byQueue';
  const isRight = isByQueue ? arns.length >= 1 && arns.length <= 10 : arns.length === 0;
  if (!isRight || !(isByQueue || redrivePermission === 'allowAll' || redrivePermission === 'denyAll')) {
    throw new AwsError('InvalidParameterValue', `Value ${text} for parameter RedriveAllowPolicy is invalid.`);
  }
  return { redrivePermission, sourceQueueArns: arns };
}

/** Whether a dead-letter queue with these attributes takes letters of a queue. */
export function takesLettersOf(attributes: Record<string, string>, sourceArn: string): boolean {
  const text = attributes['RedriveAllowPolicy'];
  if (text === undefined || text === '') return true;
  const { redrivePermission, sourceQueueArns } = parseRedriveAllowPolicy(text);
  return redrivePermission === 'byQueue'
    ? sourceQueueArns.includes(sourceArn)
    : redrivePermission === 'allowAll';
}

export function settingsOf(attributes: Record<string, string>): QueueSettings {
  const number = (name: NumericName): number => Number(attributes[name] ?? NUMERIC[name].fallback);
  const redrive = attributes['RedrivePolicy'];
  return {
    visibilityTimeoutSeconds: number('VisibilityTimeout'),
    delaySeconds: number('DelaySeconds'),
    retentionSeconds: number('MessageRetentionPeriod'),
    maxMessageBytes: number('MaximumMessageSize'),
    waitSeconds: number('ReceiveMessageWaitTimeSeconds'),
    ...(redrive !== undefined && redrive !== '' && { redrive: parseRedrivePolicy(redrive) }),
  };
}

/** Every numeric attribute with its default where the queue says nothing. */
export function withDefaults(attributes: Record<string, string>): Record<string, string> {
  const defaults = Object.entries(NUMERIC).map(([name, range]) => [name, String(range.fallback)]);
  return { ...Object.fromEntries(defaults), SqsManagedSseEnabled: 'true', ...attributes };
}
