import * as v from 'valibot';
import * as fc from 'fast-check';
import { EMAIL_SETTINGS } from '../../../functions/core/config/settings/email-settings.ts';
import { REMEDIATION_SETTINGS } from '../../../functions/core/config/settings/remediation-settings.ts';
import { ROUTE_SETTINGS } from '../../../functions/core/config/settings/route-settings.ts';
import { SOURCE_SETTINGS } from '../../../functions/core/config/settings/source-settings.ts';
import { WEBHOOK_SETTINGS } from '../../../functions/core/config/settings/webhook-settings.ts';
import type { Setting, SettingOption, Settings } from '../../../functions/core/config/settings/setting.ts';

/** A command, with what it reads from standard input. */
export type Given = { argv: string[]; stdin?: string };

/** Names that YAML, JSON and the shell each have an opinion on. */
const NAMES = ['on', 'no', '1e3', '0x10', 'a b', 'null', 'Ünï', 'x: y'.replace(': ', ':'), 'tilde_'];

/** Values to try of an option, beside the words of a closed list. Those that the setting refuses alone are not used. */
const TRIED = [
  'on',
  'off',
  'any',
  'every',
  'change',
  'never',
  'always',
  'if-told',
  'if_told',
  '4h',
  '1d2h3m4s',
  '20m',
  '25',
  '465',
  'x-key',
  'Records',
  'detail.findings',
  'base64json:message.data',
  'mon-fri 08:00-18:00 Europe/Berlin',
  'Europe/Berlin',
  'standard',
  'persistent',
  '30s,2m',
  'type',
  'labels.account',
  'null',
  'yes',
  '1.0',
  'https://example.com/page',
  'smtp.example.com',
  'alerts@example.com',
  'user # not a comment',
  'a: b',
  '- dash',
  'arn:aws:sns:eu-central-1:111122223333:alarms',
  '*.example.com',
  'code.*',
  'env!=dev',
  'team=~"a|b"',
  'severity>=high',
];
const PAIRS = ['title=alert.name', 'severity=/a/b', 'P1=critical', 'on=high', 'environment=prod', 'no=1'];

/** Values of an option, from its setting alone. */
function valuesOf({ schema }: Setting, { flag, takes }: SettingOption): string[] {
  if (schema === undefined) return [];
  const closed = 'options' in schema && Array.isArray(schema.options) ? (schema.options as string[]) : [];
  const inner = 'wrapped' in schema ? (schema.wrapped as { options?: string[] }).options : undefined;
  const judged = (text: string): unknown =>
    flag.includes('=')
      ? Object.fromEntries([text.split('=') as [string, string]])
      : takes === undefined
        ? text
        : [text];
  return [...(inner ?? closed), ...(flag.includes('=') ? PAIRS : TRIED)].filter(
    (text) => v.safeParse(schema, judged(text)).success,
  );
}

/** Options of a list, any of those that have a value that the setting takes. What they say together may be refused. */
function options(list: Settings, without: readonly string[]): fc.Arbitrary<string[]> {
  const each = Object.values(list).flatMap((setting) =>
    (setting.options ?? [])
      .filter(({ only, flag }) => only !== 'update' && !without.some((one) => flag.split(' ', 1)[0] === one))
      .filter(({ flag }) => !flag.includes('<file>') && !flag.includes('-stdin'))
      .flatMap((option) => {
        const long = option.flag.split(' ', 1)[0] ?? '';
        if (!option.flag.includes('<')) return [[long]];
        const words = option.words === undefined ? valuesOf(setting, option) : Object.keys(option.words);
        return words.length === 0 ? [] : [words.map((word) => `${long}=${word}`)];
      }),
  );
  const chosen = fc.subarray(each, { maxLength: Math.min(6, each.length) });
  return chosen.chain((some) => fc.tuple(...some.map((words) => fc.constantFrom(...words))));
}

const name = fc.constantFrom(...NAMES);
const TOKEN = 'a token of some length'.replaceAll(' ', '-');

const source = fc
  .tuple(
    name,
    fc.constantFrom(
      [],
      ['--format', 'github'],
      ['--format', 'mapping', '--map', 'title=a | b', '--resolved-when', 'no,closed'],
      ['--preset', 'slack'],
      ['--auth', 'shared-secret'],
      [
        '--auth',
        'hmac',
        '--header',
        'x-sig',
        '--signed-content',
        'timestamp.body',
        '--timestamp-header',
        'x-t',
      ],
      ['--auth', 'basic', '--username', '0123'],
      ['--auth', 'none', '--i-understand-anyone-can-post'],
      ['--format', 'cloudwatch-alarm', '--topic', 'arn:aws:sns:eu-central-1:111122223333:alarms'],
      ['--format', 'pagerduty-events', '--auth', 'routing-key'],
    ),
    options(SOURCE_SETTINGS, ['--name', '--auth', '--format', '--preset', '--topic', '--map']),
  )
  .map(([named, base, more]): Given => ({
    argv: ['source', 'create', '--name', named, ...base, ...more],
  }));

const email = fc
  .tuple(
    name,
    fc.constantFrom(
      [],
      ['--locked'],
      [
        '--transport',
        'smtp',
        '--smtp-host',
        'smtp.example.com',
        '--smtp-user',
        'u',
        '--from',
        'a@example.com',
        '--password-stdin',
      ],
    ),
    options(EMAIL_SETTINGS, ['--name', '--to', '--transport', '--locked']),
  )
  .map(([named, base, more]): Given => ({
    argv: [
      'destination',
      'create',
      'email',
      '--name',
      named,
      '--to',
      'a@example.com,b@example.com',
      ...base,
      ...more,
    ],
    stdin: 'the password',
  }));

const webhook = fc
  .tuple(
    name,
    fc.constantFrom(
      ['--url', 'https://hooks.example.com/in'],
      ['--url', 'https://hooks.example.com/in?key=secret'],
      ['--url', 'https://hooks.slack.com/services/T0/B0/x', '--format', 'slack'],
      ['--url', 'https://events.pagerduty.com/v2/enqueue', '--format', 'pagerduty', '--secret-stdin'],
      ['--url', 'https://hooks.example.com/in', '--auth', 'bearer'],
      ['--url', 'https://hooks.example.com/in', '--auth', 'none', '--custom-header', 'X-Key: value # 1'],
      ['--url', 'https://hooks.example.com/in', '--custom-header', 'on: a', '--custom-header', 'X-1: b'],
    ),
    options(WEBHOOK_SETTINGS, ['--name', '--url', '--auth', '--format', '--custom-header']),
  )
  .map(([named, base, more]): Given => ({
    argv: ['destination', 'create', 'webhook', '--name', named, ...base, ...more],
    stdin: TOKEN,
  }));

const route = fc
  .tuple(
    name,
    fc.subarray(NAMES, { minLength: 1, maxLength: 3 }),
    fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
    options(ROUTE_SETTINGS, ['--name', '--to', '--source']),
  )
  .map(([named, to, from, more]): Given => ({
    argv: ['route', 'create', '--name', named, '--to', to.join(',')].concat(
      from === undefined ? [] : ['--source', from],
      more,
    ),
  }));

const remediation = fc
  .tuple(
    fc.constantFrom('okta.*', 'on', '1', 'no:x'),
    fc.array(fc.constantFrom('Call: the desk', '- wait', '# no comment', '"quoted"', 'no'), {
      minLength: 1,
      maxLength: 3,
    }),
    options(REMEDIATION_SETTINGS, ['--step']),
  )
  .map(([type, steps, more]): Given => ({
    argv: ['remediation', 'set', type, ...steps.map((step) => `--step=${step}`), ...more],
  }));

const silence = fc
  .tuple(
    fc.subarray(['env!=dev', 'team=~"a|b"', 'on=no', 'title="a: b # c"'], { minLength: 1 }),
    fc.constantFrom('--match', '--match-set'),
    fc.constantFrom('1h', '30d'),
    fc.constantFrom('why not', '- yes: no', '# none', '"quoted"'),
  )
  .map(([matchers, flag, lasting, comment]): Given => ({
    argv: ['silence', 'create', ...matchers.map((one) => `${flag}=${one}`), '--for', lasting].concat([
      `--comment=${comment}`,
    ]),
  }));

const lookup = fc
  .tuple(
    fc.constantFrom('aws-accounts', 'teams'),
    fc.constantFrom('111122223333', '0x10', 'on', 'a b', '1e3'),
    fc.constantFrom('name=prod', 'owner=a@example.com', 'note=a: b # c', 'no=1'),
  )
  .map(([table, value, added]): Given => ({
    argv: ['lookup', 'set', table, value, added].concat(table === 'teams' ? ['--label', 'team'] : []),
  }));

const change = fc.oneof(
  name.map((one) => ['destination', 'disable', one]),
  name.map((one) => [
    'destination',
    'update',
    one,
    '--to',
    'b@example.com,c@example.com',
    '--role',
    'executive',
  ]),
  name.map((one) => ['destination', 'update', one, '--to', 'a@example.com,b@example.com,d@example.com']),
  name.map((one) => ['destination', 'update', one, '--locked', 'b@example.com']),
  name.map((one) => ['destination', 'update', one, '--custom-header', 'none']),
  name.map((one) => ['destination', 'rotate', one]),
  name.map((one) => ['route', 'disable', one]),
  name.map((one) => ['source', 'delete', one, '--yes']),
  name.map((one) => ['source', 'update', one, '--auth', 'bearer']),
  fc.tuple(name, name).map(([one, other]) => ['source', 'update', one, '--name', `${other}2`]),
  fc.oneof(fc.constantFrom('all', 'none'), name).map((to) => ['route', 'update', 'default', '--to', to]),
);

/** Commands that make some configuration. Some of them are refused, and make nothing. */
export const COMMANDS: fc.Arbitrary<Given[]> = fc
  .tuple(
    fc.array(source, { maxLength: 3 }),
    fc.array(fc.oneof(email, webhook), { minLength: 1, maxLength: 4 }),
    fc.array(route, { maxLength: 3 }),
    fc.array(remediation, { maxLength: 2 }),
    fc.array(silence, { maxLength: 2 }),
    fc.array(lookup, { maxLength: 3 }),
    fc.array(
      change.map((argv): Given => ({ argv })),
      { maxLength: 5 },
    ),
  )
  .map((parts) => parts.flat());
