import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputOf, linesOf, viewOf } from '../../../cli/config/settings.ts';
import { STORED_KINDS } from '../../../functions/core/config/stored/kinds.ts';
import { EMAIL_SETTINGS } from '../../../functions/core/config/settings/email-settings.ts';
import { REMEDIATION_SETTINGS } from '../../../functions/core/config/settings/remediation-settings.ts';
import { ROUTE_SETTINGS } from '../../../functions/core/config/settings/route-settings.ts';
import { SOURCE_SETTINGS } from '../../../functions/core/config/settings/source-settings.ts';
import { WEBHOOK_SETTINGS } from '../../../functions/core/config/settings/webhook-settings.ts';
import { aWebhook } from '../../adapters/records.ts';
import { run } from '../run.ts';
import { destinationRules, STRICT } from '../../../cli/destination/webhook-rules.ts';
import { parseDestination } from '../../../functions/core/config/parse-destination.ts';
import { parseRoute } from '../../../functions/core/config/parse-route.ts';
import { parseSource } from '../../../functions/core/config/parse-source.ts';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';
import type { Parsed } from '../../../functions/core/config/problem.ts';
import type { ConfigKind } from '../../../functions/core/model/config/unreadable-config.ts';
import type { SettingOption, Settings } from '../../../functions/core/config/settings/setting.ts';

const AT = '2026-03-01T12:00:00.000Z';
const EMAIL = {
  channel: 'email',
  name: 'oncall',
  recipients: [{ address: 'ana@example.com', isLocked: true }],
  minSeverity: 'high',
  repeat: '4h',
  resolved: 'never',
  systemAlerts: false,
  isDigesting: false,
  transport: {
    type: 'smtp',
    host: 'smtp.example.com',
    port: 465,
    security: 'tls',
    user: 'a',
    from: 'a@example.com',
  },
  timeZone: 'Europe/Berlin',
};
const WEBHOOK = {
  channel: 'webhook',
  name: 'siem',
  url: 'https://siem.example.com/hook',
  isPrivate: true,
  profile: 'tocsin',
  format: 'template',
  template: '{"title": "{{title}}"}',
  auth: { type: 'hmac' },
  minSeverity: 'high',
  repeat: '4h',
  resolved: 'never',
  systemAlerts: true,
  isDigesting: true,
  retry: '30s',
  customHeaderNames: ['X-Team'],
};
const SOURCE = {
  name: 'siem',
  format: 'mapping',
  auth: {
    type: 'hmac',
    header: 'x-sig',
    algorithm: 'sha1',
    signedContent: 'id.timestamp.body',
    timestampHeader: 'x-time',
    idHeader: 'x-id',
  },
  streamType: 'json',
  envelope: 'records',
  unwrap: 'base64json:message.data',
  mapping: { fields: { title: 'name' }, severityScale: 'words', resolvedWhen: ['closed'] },
  severityMap: { p1: 'critical' },
  linkHosts: ['siem.example.com'],
  defaultSeverity: 'low',
  dedupBy: ['type'],
  tellsHandled: true,
  dedupWindow: '1h',
  rateLimit: 5,
  schemas: ['{"required":["name"]}'],
  strict: true,
  noDataAlarm: '2h',
  noDataCalendar: 'mon-fri 08:00-18:00 Europe/Berlin',
};
const ROUTE = {
  name: 'urgent',
  destinationIds: ['dst_a'],
  condition: {
    sourceIds: ['src_a'],
    types: ['a.*'],
    minSeverity: 'high',
    labels: { env: 'prod' },
    matchers: ['team=a'],
  },
  activeIntervalIds: ['int_a'],
  mutedIntervalIds: ['int_b'],
  outside: 'drop',
  holdsCritical: true,
};
/** Settings that stand for others, or that another kind of auth has. */
const ELSEWHERE: Partial<Record<ConfigKind, string[]>> = {
  source: ['preset', 'auth.username', 'auth.topics', 'auth.event', 'anyoneCanPost'],
};

type Kind = { list: Settings; create: string[]; update?: string[] };
const KINDS: [string, Kind][] = [
  [
    'email',
    {
      list: EMAIL_SETTINGS,
      create: ['destination', 'create', 'email'],
      update: ['destination', 'update'],
    },
  ],
  [
    'webhook',
    {
      list: WEBHOOK_SETTINGS,
      create: ['destination', 'create', 'webhook'],
      update: ['destination', 'update'],
    },
  ],
  ['source', { list: SOURCE_SETTINGS, create: ['source', 'create'], update: ['source', 'update'] }],
  ['route', { list: ROUTE_SETTINGS, create: ['route', 'create'], update: ['route', 'update'] }],
  ['remediation', { list: REMEDIATION_SETTINGS, create: ['remediation', 'set'] }],
];

const optionsOf = (list: Settings): SettingOption[] =>
  Object.values(list).flatMap(({ options = [] }) => [...options]);
const longOf = ({ flag }: SettingOption): string => flag.split(' ')[0] ?? flag;
const helpOf = async (command: string[]): Promise<string> => (await run([...command, '--help'])).stdout;

describe.each(KINDS)('the settings of kind %s', (_kind, { list, create, update }) => {
  it('are the options of the command that creates', async () => {
    const help = await helpOf(create);
    const missing = optionsOf(list).filter(
      (option) => option.only !== 'update' && !help.includes(`  ${longOf(option)}`),
    );
    expect(missing).toEqual([]);
  });

  it('are the options of the command that changes', async () => {
    if (update === undefined) return;
    const help = await helpOf(update);
    const missing = optionsOf(list).filter(
      (option) => option.only !== 'create' && !help.includes(`  ${longOf(option)}`),
    );
    expect(missing).toEqual([]);
  });

  it('have problems that name an option', () => {
    const silent = Object.entries(list).filter(
      ([path, { schema, options = [] }]) =>
        schema !== undefined &&
        options.length === 0 &&
        !['channel', 'customHeaderNames', 'type'].includes(path),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });
});

describe('a secret', () => {
  it.each(KINDS)('of kind %s has neither a line nor JSON', (_kind, { list }) => {
    const shown = Object.values(list).filter(
      ({ isSecret, json, line }) => isSecret === true && (json ?? line) !== undefined,
    );
    expect(shown).toEqual([]);
  });
});

describe('an update', () => {
  const webhook = aWebhook({
    id: 'dst_w',
    name: 'siem',
    minSeverity: 'high',
    format: 'template',
    template: '{}',
  });

  it('says again what is stored', () => {
    expect(inputOf(WEBHOOK_SETTINGS, {}, webhook)).toMatchObject({
      channel: 'webhook',
      name: 'siem',
      auth: { type: webhook.auth.type },
      minSeverity: 'high',
      template: '{}',
    });
  });

  it('takes a setting away with its word, and drops what belongs to another value', () => {
    const input = inputOf(WEBHOOK_SETTINGS, { minSeverity: 'any', format: 'slack' }, webhook);
    expect(input).not.toHaveProperty('minSeverity');
    expect(input).not.toHaveProperty('template');
  });

  it('shows what may be seen', () => {
    expect(viewOf(WEBHOOK_SETTINGS, webhook)).toMatchObject({ min_severity: 'high', template: '{}' });
    expect(Object.fromEntries(linesOf(WEBHOOK_SETTINGS, webhook))).toMatchObject({ takes: 'high and above' });
  });
});

it.each([
  'destination-update',
  'destination-create-email',
  'destination-create-webhook',
  'setup',
  'source-create',
  'source-update',
  'route-create',
  'route-update',
  'remediation-set',
])('%s writes out no option of a list', (command) => {
  const text = readFileSync(join(import.meta.dirname, `../../../cli/commands/${command}.ts`), 'utf8');
  const flags = KINDS.flatMap(([, { list }]) => optionsOf(list).map(({ flag }) => flag));
  expect(flags.filter((flag) => text.includes(`'${flag}'`))).toEqual([]);
});

describe('what is written by the list is known to the reader of the table', () => {
  const given = { id: 'x', createdAt: AT, updatedAt: AT };
  const more: Partial<Record<ConfigKind, object>> = {
    destination: { isEnabled: true, version: 1 },
    source: { isEnabled: true },
  };
  const whole = (kind: ConfigKind, parsed: Parsed<object>) => ({
    ...(parsed.ok ? parsed.value : {}),
    ...given,
    ...more[kind],
  });

  const kinds: [ConfigKind, Settings, object, (input: object) => Parsed<object>][] = [
    ['destination', EMAIL_SETTINGS, EMAIL, (input) => parseDestination(input, destinationRules(STRICT))],
    ['destination', WEBHOOK_SETTINGS, WEBHOOK, (input) => parseDestination(input, destinationRules(STRICT))],
    ['source', SOURCE_SETTINGS, SOURCE, (input) => parseSource(input, FORMATS)],
    ['route', ROUTE_SETTINGS, ROUTE, parseRoute],
  ];

  it.each(kinds)('%s %#', (kind, list, input, parse) => {
    const named = JSON.stringify(input);
    const judged = Object.entries(list).filter(([, { schema }]) => schema !== undefined);
    const forgotten = judged.filter(([path]) => !named.includes(`"${path.split('.').at(-1) ?? ''}":`));
    expect(forgotten.map(([path]) => path)).toEqual(ELSEWHERE[kind] ?? []);
    const item = whole(kind, parse(input));
    expect(STORED_KINDS[kind].problem(item, '')).toBeUndefined();
    for (const field of Object.keys(item)) {
      expect([
        field,
        STORED_KINDS[kind].problem({ ...item, [field]: () => undefined }, '') !== undefined,
      ]).toEqual([field, true]);
    }
  });

  it.each(
    kinds.flatMap(([kind, list, input, parse]) =>
      Object.entries(list).flatMap(([path, { schema }]) => {
        const words = wordsOf(schema);
        return words === undefined || NOT_STORED.has(path) || ELSEWHERE[kind]?.includes(path)
          ? []
          : [[kind, path, words, whole(kind, parse(input))] as const];
      }),
    ),
  )('%s: the words of %s', (kind, path, words, item) => {
    const problem = STORED_KINDS[kind].problem(withValue(item, path.split('.'), 'no such word'), '') ?? '';
    const [, named = ''] = problem.split(`${path} is "no such word"; expected one of `);
    expect(named.split(', ').toSorted()).toEqual(words.toSorted());
  });

  it('source: the words of auth.event, which only its own auth has', () => {
    const item = {
      ...whole('source', parseSource(SOURCE, FORMATS)),
      auth: { type: 'aws-event', event: 'x' },
    };
    const words = wordsOf(SOURCE_SETTINGS['auth.event'].schema) ?? [];
    const problem = STORED_KINDS.source.problem(item, '') ?? '';
    expect(words).not.toEqual([]);
    expect(words.filter((word) => !problem.includes(word))).toEqual([]);
  });
});

/** Words of a command: a preset stands for other settings, and mails that go out through SES have no transport. */
const NOT_STORED = new Set(['preset', 'transport.type']);

/** The closed list of a setting that has one. */
function wordsOf(schema: unknown): string[] | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if ('wrapped' in schema) return wordsOf(schema.wrapped);
  return 'options' in schema && Array.isArray(schema.options) ? schema.options.map(String) : undefined;
}

function withValue(item: object, [name = '', ...rest]: string[], value: unknown): object {
  const inner: unknown = (item as Record<string, unknown>)[name];
  return { ...item, [name]: rest.length === 0 ? value : withValue(inner as object, rest, value) };
}
