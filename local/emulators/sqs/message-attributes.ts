import { createHash, hash } from 'node:crypto';
import { isJsonObject } from '../../json-object.ts';
import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';

/** One message attribute as it travels: binary values are base64 text. */
type MessageAttribute = { DataType: string; StringValue?: string; BinaryValue?: string };
export type MessageAttributes = Record<string, MessageAttribute>;

const MAX_ATTRIBUTES = 10;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const NAME = /^(?!\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/;

/** Checks the `MessageAttributes` of a send; undefined when there are none. */
export function readMessageAttributes(input: JsonObject): MessageAttributes | undefined {
  const given = input['MessageAttributes'];
  if (given === undefined || given === null) return undefined;
  if (!isJsonObject(given)) throw new AwsError('SerializationException', 'MessageAttributes is not a map');
  const entries = Object.entries(given);
  if (entries.length === 0) return undefined;
  if (entries.length > MAX_ATTRIBUTES) {
    throw new AwsError(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, value: unknown): MessageAttribute {
  const invalid = (reason: string): AwsError =>
    new AwsError('InvalidParameterValue', `The message attribute '${name}' ${reason}`);
  if (!isJsonObject(value)) throw invalid('must be an object.');
  if (!NAME.test(name) || /^(aws|amazon)\./i.test(name) || name.includes('..')) {
    throw invalid(
      'has a name with characters that are not allowed; expected A-Z, a-z, 0-9, _, - and single dots inside.',
    );
  }
  const { DataType, StringValue, BinaryValue } = value;
  if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\..+)?$/.test(DataType)) {
    throw invalid('has an invalid message attribute type; expected String, Number or Binary.');
  }
  if (DataType.startsWith('Binary')) {
    if (typeof BinaryValue !== 'string' || BinaryValue === '')
      throw invalid('must contain a non-empty binary value.');
    return { DataType, BinaryValue };
  }
  if (typeof StringValue !== 'string' || StringValue === '')
    throw invalid('must contain a non-empty string value.');
  return { DataType, StringValue };
}

/** Bytes that count against the size limit: the body, and the names, types and values of the attributes. */
export function messageBytes(body: string, attributes: MessageAttributes | undefined): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, attribute] of Object.entries(attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType);
    bytes +=
      attribute.BinaryValue === undefined
        ? Buffer.byteLength(attribute.StringValue ?? '')
        : Buffer.from(attribute.BinaryValue, 'base64').length;
  }
  return bytes;
}

/** MD5 of a body, lower-case hex. SDK clients compare it with what they sent. */
export function bodyMd5(body: string): string {
  return hash('md5', body);
}

/**
 * MD5 of message attributes, lower-case hex.
 *
 * Names in order; each of name, type and value with its length in front as four bytes, big-endian; one byte between
 * type and value says text (1) or binary (2)
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
 */
export function attributesMd5(attributes: MessageAttributes): string {
  const md5 = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    md5.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    const isBinary = attribute.BinaryValue !== undefined;
    md5.update(Buffer.from([isBinary ? 2 : 1]));
    add(
      isBinary
        ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
        : Buffer.from(attribute.StringValue ?? ''),
    );
  }
  return md5.digest('hex');
}

/** The attributes that a receive asked for: `All`, `.*`, a name, or a prefix as `trace.*`. */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes | undefined {
  const isWanted = (name: string): boolean =>
    wanted.some(
      (pattern) =>
        pattern === 'All' ||
        pattern === '.*' ||
        pattern === name ||
        (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))),
    );
  const selected = Object.entries(attributes).filter(([name]) => isWanted(name));
  return selected.length === 0 ? undefined : Object.fromEntries(selected);
}
