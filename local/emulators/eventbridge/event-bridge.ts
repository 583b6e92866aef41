import { randomUUID } from 'node:crypto';
import { wholeSecond } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import { isJsonObject, type JsonObject } from '../../json-object.ts';
import type { Account } from '../account.ts';
import { AwsError, notEmulated } from '../aws-error.ts';
import type { EventPattern } from './event-pattern.ts';

/** An event as rules see it, and as a target gets it. */
type BusEvent = JsonObject;

type BusRule = { name: string; bus: string; fits: EventPattern; deliver(event: BusEvent): void };

export const DEFAULT_BUS = 'default';
const MAX_ENTRIES = 10;
/** 256 KB until 2026; 1 MiB since (shopify.dev, changelog of 2026-11-17, which names the cap of an entry). */
const MAX_BYTES = 1_048_576;
/** How many bytes the time of an entry counts as. */
const TIME_BYTES = 14;

/**
 * EventBridge as far as putting events onto a bus whose rules come from the template.
 *
 * It takes events whose source begins with `aws.`, which AWS refuses to customers (`NotAuthorizedForSourceException`): here no
 * service sends them, so the operator must.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html, from memory.
 */
export function openEventBridge({ account, clock }: { account: Account; clock: Clock }) {
  const rules: BusRule[] = [];
  const buses = new Set([DEFAULT_BUS]);

  /** Hands an event to the targets of every rule that it fits; returns the names of these rules. */
  function put(bus: string, event: BusEvent): string[] {
    const fitting = rules.filter((rule) => rule.bus === bus && rule.fits(event));
    for (const rule of fitting) rule.deliver(event);
    return fitting.map(({ name }) => name);
  }

  function putEntry(entry: JsonObject): JsonObject {
    const refusal = refusalOf(entry, buses);
    if (refusal !== undefined) return { ErrorCode: refusal.code, ErrorMessage: refusal.message };
    const id = randomUUID();
    const time = typeof entry['Time'] === 'number' ? entry['Time'] * 1_000 : clock.now();
    put(busNameOf(entry['EventBusName']), {
      version: '0',
      id,
      'detail-type': entry['DetailType'],
      source: entry['Source'],
      account: account.accountId,
      time: wholeSecond(time),
      region: account.region,
      resources: Array.isArray(entry['Resources']) ? entry['Resources'] : [],
      detail: JSON.parse(String(entry['Detail'])) as unknown,
    });
    return { EventId: id };
  }

  return {
    put,
    addBus: (name: string): void => void buses.add(name),
    addRule: (rule: BusRule): void => void rules.push(rule),
    call(action: string, input: JsonObject): JsonObject {
      if (action !== 'PutEvents') throw notEmulated('UnknownOperationException', 'EventBridge', action);
      const entries = entriesOf(input);
      const results = entries.map(putEntry);
      return {
        FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
        Entries: results,
      };
    },
    /** Puts a whole event, with the account and region that it names, as no call of EventBridge can. Only the operator does. */
    callLocal(action: string, input: JsonObject): JsonObject {
      const { Event: event, EventBusName: bus } = input;
      if (action !== 'PutEvent' || !isJsonObject(event)) {
        throw new AwsError('ValidationException', 'expected the action PutEvent with an Event');
      }
      const whole = withEnvelope(event, account, clock);
      return { EventId: whole['id'], Rules: put(busNameOf(bus), whole) };
    },
  };
}

/** The fields that every event has, where a sample leaves them out. */
function withEnvelope(event: JsonObject, account: Account, clock: Clock): JsonObject {
  return {
    version: '0',
    id: randomUUID(),
    account: account.accountId,
    time: wholeSecond(clock.now()),
    region: account.region,
    resources: [],
    ...event,
  };
}

function entriesOf({ Entries: entries }: JsonObject): JsonObject[] {
  if (
    !Array.isArray(entries) ||
    entries.length === 0 ||
    entries.length > MAX_ENTRIES ||
    !entries.every(isJsonObject)
  ) {
    const count = Array.isArray(entries) ? entries.length : 0;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAX_ENTRIES}; it has ${count}`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAX_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return entries;
}

/** As AWS counts: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf(entry: JsonObject): number {
  const texts = [entry['Source'], entry['DetailType'], entry['Detail']].concat(
    Array.isArray(entry['Resources']) ? (entry['Resources'] as unknown[]) : [],
  );
  const ofTexts = texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  );
  return ofTexts + (entry['Time'] === undefined ? 0 : TIME_BYTES);
}

function refusalOf(
  entry: JsonObject,
  buses: ReadonlySet<string>,
): { code: string; message: string } | undefined {
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[name] !== 'string' || entry[name] === '') {
      return {
        code: 'InvalidArgument',
        message: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  if (!isDetail(String(entry['Detail']))) return { code: 'MalformedDetail', message: 'Detail is malformed.' };
  const bus = busNameOf(entry['EventBusName']);
  return buses.has(bus)
    ? undefined
    : {
        code: 'InvalidArgument',
        message: `Parameter EventBusName is not valid. Reason: Event bus ${bus} does not exist.`,
      };
}

function isDetail(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The name of a bus from its name or ARN; the default bus where neither is given. */
export function busNameOf(nameOrArn: unknown): string {
  return typeof nameOrArn === 'string' && nameOrArn !== ''
    ? (nameOrArn.split('/').at(-1) ?? '')
    : DEFAULT_BUS;
}
