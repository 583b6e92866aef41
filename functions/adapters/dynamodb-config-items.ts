import { TABLE } from '../core/model/table.ts';
import { isSeverity } from '../core/model/severity.ts';
import type { ConfigKind, ConfigOf } from '../core/operator-ports.ts';

/** How configuration lies in the table: `{ pk: 'SOURCE', sk: 'src_…', config: {…the model object…} }`. */
export const CONFIG_PARTITION: Record<ConfigKind, string> = {
  source: 'SOURCE',
  destination: 'DESTINATION',
  route: 'ROUTE',
};

export const configKey = (kind: ConfigKind, id: string) => ({
  [TABLE.partitionKey]: CONFIG_PARTITION[kind],
  [TABLE.sortKey]: id,
});

/** Configuration in the table that is not what this version writes. The message names the item and the field. */
export class UnreadableConfigError extends Error {
  constructor(kind: ConfigKind, id: string, problem: string) {
    super(`${kind} "${id}" in the table cannot be read: ${problem}`);
    this.name = 'UnreadableConfigError';
  }
}

/**
 * The model object of an item, after a look at every field that the functions rely on.
 *
 * Values are judged when they are configured; here only shapes are, so that a damaged item is told apart from a bug.
 */
export function readConfig<K extends ConfigKind>(kind: K, item: Record<string, unknown>): ConfigOf<K> {
  const id = String(item[TABLE.sortKey]);
  const config = item['config'];
  if (!isObject(config)) throw new UnreadableConfigError(kind, id, 'config is missing');
  if (config['id'] !== id) throw new UnreadableConfigError(kind, id, 'config.id is another one');
  const problem = firstProblem(config, SHAPES[kind]) ?? KIND_CHECKS[kind](config);
  if (problem !== undefined) throw new UnreadableConfigError(kind, id, problem);
  return config as unknown as ConfigOf<K>;
}

type Check = (value: unknown) => boolean;
type Shape = Record<string, [expected: string, check: Check]>;

const text: [string, Check] = ['a string', (value) => typeof value === 'string'];
const count: [string, Check] = ['a number', Number.isFinite];
const flag: [string, Check] = ['true or false', (value) => typeof value === 'boolean'];
const texts: [string, Check] = ['an array of strings', isStrings];
const typed: [string, Check] = ['an object with a type', (value) => isObject(value) && isText(value['type'])];
const severity: [string, Check] = ['a severity', isSeverity];
const optional = ([expected, check]: [string, Check]): [string, Check] => [
  expected,
  (value) => value === undefined || check(value),
];

const SHAPES: Record<ConfigKind, Shape> = {
  source: {
    name: text,
    auth: typed,
    format: text,
    streamType: text,
    envelope: optional(text),
    mapping: optional(['an object with fields', (value) => isObject(value) && isObject(value['fields'])]),
    defaultSeverity: severity,
    dedupWindowSeconds: count,
    schemas: optional([
      'an object with documents',
      (value) => isObject(value) && isStrings(value['documents']),
    ]),
    rateLimit: optional([
      'an object with perMinute',
      (value) => isObject(value) && Number.isFinite(value['perMinute']) && Number(value['perMinute']) > 0,
    ]),
    secretVersion: optional(count),
    isEnabled: flag,
  },
  destination: {
    name: text,
    channel: ['email or webhook', (value) => value === 'email' || value === 'webhook'],
    minSeverity: optional(severity),
    isEnabled: flag,
    version: count,
  },
  route: { name: text, destinationIds: texts, condition: ['an object', isObject] },
};

const EMAIL: Shape = {
  recipients: [
    'an array of {address, role}',
    (value) =>
      Array.isArray(value) &&
      value.every((one) => isObject(one) && isText(one['address']) && isText(one['role'])),
  ],
  transport: optional([
    'an object with type, host, port, security, user and from',
    (value) =>
      isObject(value) &&
      ['type', 'host', 'security', 'user', 'from'].every((name) => isText(value[name])) &&
      Number.isInteger(value['port']),
  ]),
  isDigesting: optional(flag),
};

const WEBHOOK: Shape = {
  url: text,
  hasSecretUrl: optional(flag),
  auth: typed,
  profile: text,
  format: text,
  template: optional(text),
  retry: [
    'an object with delaysSeconds',
    (value) =>
      isObject(value) &&
      Array.isArray(value['delaysSeconds']) &&
      value['delaysSeconds'].every((seconds) => Number.isFinite(seconds)),
  ],
  customHeaderNames: texts,
};

const CONDITION: Shape = {
  sourceIds: optional(texts),
  types: optional(texts),
  minSeverity: optional(severity),
  labels: optional(['an object of strings', (value) => isObject(value) && isStrings(Object.values(value))]),
};

const KIND_CHECKS: Record<ConfigKind, (config: Record<string, unknown>) => string | undefined> = {
  source: ({ auth }) =>
    isObject(auth) && auth['type'] === 'sns' ? firstProblem(auth, { topics: texts }) : undefined,
  destination: (config) => firstProblem(config, config['channel'] === 'email' ? EMAIL : WEBHOOK),
  route: (config) => firstProblem(config['condition'] as Record<string, unknown>, CONDITION),
};

function firstProblem(object: Record<string, unknown>, shape: Shape): string | undefined {
  for (const [name, [expected, check]] of Object.entries(shape)) {
    if (!check(object[name])) {
      return `${name} is ${object[name] === undefined ? 'missing' : 'not what it should be'}; expected ${expected}`;
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}
