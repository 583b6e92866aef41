import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { besideConfig } from '../../functions/adapters/dynamodb/config-items.ts';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import {
  configKey,
  nameKey,
  remediationKey,
  suppressionKey,
} from '../../functions/adapters/dynamodb/keys.ts';
import {
  A_MAIL_SERVER,
  aLookup,
  aMailingList,
  anInterval,
  aRoute,
  aSilence,
  aSource,
  aWebhook,
} from '../adapters/records.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { everyCommand, examplesOf, wordsOf } from './examples.ts';
import { LOCAL_KEYS } from './memory-gateway.ts';
import { anAlert, aRoutedAlert } from './records.ts';
import { run, type Ran } from './run.ts';

/**
 * Every command of the tool, by the examples of its own help, while one stored item is damaged: it ends as it does when
 * nothing is damaged, or says which item it cannot read. No stack, no secret, and the rest is listed.
 */
const SOURCES = ['ci', 'siem', 'waf', 'alarms', 'scanner', 'guardduty'];
const CANARY = 'canary-of-a-secret';
const ADDRESS = 'ana@example.com';
const ALERT = '5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11';
const SILENCE = 'sil_5Hq0Zc1u8mTn2b7X';
const idOf = (name: string) => `src_${name}`.padEnd(28, 'a');

const ITEMS = {
  source: SOURCES.map((name) => aSource({ id: idOf(name), name })),
  destination: [
    aWebhook({ id: 'dst_siem', name: 'siem' }),
    aWebhook({
      id: 'dst_chat',
      name: 'chat',
      url: 'https://hooks.slack.com/services/…',
      hasSecretUrl: true,
      format: 'slack',
    }),
    aMailingList({
      id: 'dst_oncall',
      name: 'oncall',
      recipients: [ADDRESS, 'duty@example.com'].map((address) => ({ address, role: 'it_admin' as const })),
      transport: A_MAIL_SERVER,
    }),
    aMailingList({ id: 'dst_developers', name: 'developers' }),
  ],
  route: [
    aRoute({ id: 'rte_urgent', name: 'urgent', destinationIds: ['dst_siem'] }),
    aRoute({ id: 'rte_mails', name: 'mails', destinationIds: ['dst_developers'] }),
  ],
  silence: [
    aSilence({
      id: SILENCE,
      name: SILENCE,
      startsAt: '2026-03-01T11:00:00.000Z',
      endsAt: '2026-03-01T14:00:00.000Z',
    }),
  ],
  interval: [anInterval({ id: 'int_office', name: 'office-hours' })],
  lookup: [aLookup({ id: 'lkp_accounts', name: 'aws-accounts', label: 'account' })],
};
const KINDS = ['source', 'destination', 'route', 'silence', 'interval', 'lookup'] as const;
/** What takes an item of a kind away. */
const DELETES: Record<(typeof KINDS)[number], (name: string) => string> = {
  source: (name) => `source delete ${name} --yes`,
  destination: (name) => `destination delete ${name} --yes`,
  route: (name) => `route delete ${name} --yes`,
  silence: (name) => `silence expire ${name}`,
  interval: (name) => `interval delete ${name}`,
  lookup: (name) => `lookup delete ${name}`,
};

type Damage = {
  what: string;
  /** What a command says that cannot do without it. */
  named: RegExp;
  /** Lists that name it, and go on with the rest. */
  listed: string[];
  /** One of its kind, which meets the commands in the usual run too; `TOCSIN_FAULTS=all` takes all. */
  isSample?: boolean;
  /** Takes it away, or writes it anew. */
  cures: string[];
  apply: () => Promise<void>;
};

vi.setConfig({ testTimeout: 300_000 });

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
let table: { client: ReturnType<typeof dynamodbClient>; table: string };
let folder: string;
/** Makes everything whole, and takes away what a command made. */
let reset: () => void;

beforeAll(async () => {
  emulated = await emulatedGateway();
  const aws = { region: 'eu-central-1', endpoint: emulated.url, credentials: LOCAL_KEYS };
  table = { client: dynamodbClient(aws), table: emulated.manifest.table };
  folder = await mkdtemp(join(tmpdir(), 'tocsin-damaged-'));
  await writeFile(join(folder, 'finding.json'), JSON.stringify({ title: 'Something happened' }));
  await writeFile(
    join(folder, 'routes.test.yml'),
    'tests:\n  - name: one\n    labels: { env: prod }\n    expected: [siem]\n',
  );
  await emulated.gateway.records.putAlert(aRoutedAlert(anAlert({ id: ALERT })));
});
afterAll(async () => {
  table.client.destroy();
  await rm(folder, { recursive: true });
  await emulated.close();
});

async function put(item: Record<string, unknown>): Promise<void> {
  await table.client.call('PutItem', { TableName: table.table, Item: item });
}

function keepSecret(name: string, text: string | undefined): void {
  const { secretsManager } = emulated.emulators;
  try {
    secretsManager.call('DeleteSecret', { SecretId: `Tocsin/${name}`, ForceDeleteWithoutRecovery: true });
  } catch (error) {
    if (!String(error).includes("can't find")) throw error;
  }
  if (text !== undefined) secretsManager.call('CreateSecret', { Name: `Tocsin/${name}`, SecretString: text });
}

const configItem = (kind: (typeof KINDS)[number], config: { id: string }, more: object = {}) => ({
  ...configKey(kind, config.id),
  schema_version: 1,
  revision: 1,
  config,
  ...more,
});
const suppressionItem = (reason: string) => {
  const entry = { reason, at: '2026-02-01T00:00:00.000Z', by: 'page' };
  return {
    ...suppressionKey('dst_oncall', ADDRESS),
    state: 'suppressed',
    suppression: { destination_id: 'dst_oncall', address: ADDRESS, ...entry },
    is_announced: true,
    history: [{ action: 'added', ...entry }],
  };
};
const remediationItem = (steps: unknown) => ({
  ...remediationKey('okta.*'),
  revision: 1,
  entry: { type: 'okta.*', steps, updatedAt: '2026-02-01T00:00:00.000Z' },
});

/** Everything whole, as it is before each command. */
async function prepare(): Promise<void> {
  const items = [
    ...KINDS.flatMap((kind) =>
      ITEMS[kind].flatMap((item) => [
        configItem(kind, item),
        { ...nameKey(kind, item.name), owner_id: item.id },
      ]),
    ),
    suppressionItem('unsubscribed'),
    remediationItem(['Wait']),
  ];
  // A batch holds 25.
  for (const batch of [items.slice(0, 20), items.slice(20)]) {
    const requests = batch.map((Item) => ({ PutRequest: { Item } }));
    await table.client.call('BatchWriteItem', { RequestItems: { [table.table]: requests } });
  }
  for (const { id } of ITEMS.source) keepSecret(`source/${id}`, JSON.stringify({ current: CANARY }));
  keepSecret(
    'destination/dst_siem',
    JSON.stringify({ current: `whsec_${Buffer.from(CANARY).toString('base64')}` }),
  );
  keepSecret(
    'destination/dst_chat',
    JSON.stringify({ url: `https://hooks.slack.com/services/T0/B0/${CANARY}` }),
  );
  keepSecret('destination/dst_oncall', JSON.stringify({ current: CANARY }));
  keepSecret('unsubscribe-key', JSON.stringify({ current: CANARY }));
}

const CONFIG_DAMAGES = KINDS.flatMap((kind): Damage[] => {
  const [item] = ITEMS[kind];
  if (item === undefined) return [];
  const about = {
    named: new RegExp(`${kind} .*${item.name}.* cannot be read`, 'u'),
    listed: [`${kind} list`, 'status'],
    cures: [DELETES[kind](item.id), DELETES[kind](item.name)],
  };
  return [
    {
      what: `the ${kind} ${item.name} of a newer version`,
      isSample: true,
      ...about,
      apply: async () => put(configItem(kind, item, { schema_version: 2 })),
    },
    {
      what: `the ${kind} ${item.name} with a field of another type`,
      ...about,
      apply: async () => put(configItem(kind, { ...item, createdAt: { x: 1 } } as never)),
    },
    {
      what: `the ${kind} ${item.name} without its content`,
      // Without content it is called by its id; the claim of its name still leads to it.
      named: new RegExp(`${kind} .*${item.id}.* cannot be read`, 'u'),
      listed: about.listed,
      cures: about.cures,
      apply: async () => put({ ...configKey(kind, item.id), schema_version: 1, revision: 1 }),
    },
  ];
});

const [ROUTE, SILENT] = [ITEMS.route[0]!, ITEMS.silence[0]!];
const aRouteDamage = (how: string, condition: object, beside: object = {}): Damage => ({
  what: `the route urgent ${how}`,
  named: /route .*urgent.* cannot be read/u,
  listed: ['route list', 'status'],
  cures: ['route delete urgent --yes'],
  apply: async () => put(configItem('route', { ...ROUTE, condition } as never, beside)),
});
/** What only a look at the words shows, or only what was written before. */
const WORD_DAMAGES: Damage[] = [
  aRouteDamage('with an expression that is none', { matchers: ['team=~"("'] }),
  aRouteDamage('that lost its severity', {}, { narrowed_by: { 'condition.minSeverity': 1 } }),
  {
    what: `the silence ${SILENCE} whose matchers were emptied`,
    named: new RegExp(`silence .*${SILENCE}.* cannot be read`, 'u'),
    listed: ['silence list', 'status'],
    cures: [`silence expire ${SILENCE}`],
    apply: async () =>
      put(configItem('silence', { ...SILENT, matcherSets: [[]] } as never, besideConfig('silence', SILENT))),
  },
];

const aSecretDamage = (path: string, cures: string[]): Damage[] =>
  [
    ['not there', undefined],
    ['no JSON', `{"current": "${CANARY}`],
    ['of another type', JSON.stringify({ current: 1, url: 1, note: CANARY })],
  ].map(([how, text]) => ({
    what: `the secret ${path} ${String(how)}`,
    isSample: how === 'no JSON',
    named: /(?:the secret of .*|the key of the unsubscribe links) cannot be read|no key that can be read/u,
    listed: [],
    cures,
    apply: async () => keepSecret(path, text),
  }));

const DAMAGES: Damage[] = [
  ...CONFIG_DAMAGES,
  ...WORD_DAMAGES,
  ...aSecretDamage(`source/${idOf('ci')}`, ['source rotate ci', 'source delete ci --yes']),
  ...aSecretDamage('destination/dst_siem', ['destination rotate siem']),
  ...aSecretDamage('destination/dst_chat', [
    'destination update chat --url https://hooks.slack.com/services/T0/B0/new',
    'destination delete chat --yes',
  ]),
  ...aSecretDamage('destination/dst_oncall', [
    'destination rotate oncall --password-stdin',
    'destination delete oncall --yes',
  ]),
  ...aSecretDamage('unsubscribe-key', ['unsubscribe-key rotate --yes']),
  {
    what: 'a suppression',
    isSample: true,
    named: /suppression .*ana@example\.com.* cannot be read/u,
    listed: ['suppressions list'],
    cures: [`suppressions remove oncall ${ADDRESS}`, `suppressions add oncall ${ADDRESS}`],
    apply: async () => put(suppressionItem('zzz-not-known')),
  },
  {
    what: 'an entry of the remediation table',
    isSample: true,
    named: /remediation "okta\.\*" cannot be read/u,
    listed: ['remediation list', 'status'],
    cures: ["remediation remove 'okta.*'", "remediation set 'okta.*' --step Call"],
    apply: async () => put(remediationItem('Wait')),
  },
];

/** Nothing leaves the machine, and waiting takes no time. */
async function tocsin(line: string): Promise<Ran> {
  const clock = { at: Date.parse('2026-03-01T12:00:00.000Z'), now: () => clock.at };
  const words = wordsOf(line).map((word) =>
    /^(?:finding\.json|routes\.test\.yml)$/u.test(word) ? join(folder, word) : word,
  );
  const stack = words.indexOf('--stack');
  const argv = stack === -1 ? words : words.toSpliced(stack, 2);
  return run([...argv, '--data', emulated.data], {
    clock,
    stdin: argv.includes('--url-stdin')
      ? 'https://hooks.slack.com/services/T0/B0/x'
      : 'sixteen-characters-and-more',
    sleep: async (ms) => void (clock.at += ms),
    fetch: async () => new Response('{}', { status: 202 }),
  });
}

const PATHS = await everyCommand();
/** Commands that are no groups, as words of a line. */
const LEAVES = PATHS.map((path) => path.join(' ')).filter(
  (path) => path !== '' && !PATHS.some((other) => other.join(' ').startsWith(`${path} `)),
);
/** What goes on until somebody ends it. */
const ENDLESS = /^status --watch\b/u;
const LINES = (await examplesOf(PATHS.filter((path) => LEAVES.includes(path.join(' '))))).filter(
  (line) => !ENDLESS.test(line),
);
/** What changes something, after which everything is made whole again. */
const CHANGES =
  /\b(?:create|update|rotate|enable|disable|delete|set|add|remove|setup|redrive|replay|test)\b/u;
const IS_ALL = process.env['TOCSIN_FAULTS'] === 'all';
/** The usual run takes the first example of each command, and of those that change something every fourth. */
const RUN = LINES.filter((line, index) => {
  if (IS_ALL) return true;
  const command = LEAVES.find((leaf) => line.startsWith(`${leaf} `) || line === leaf) ?? '';
  const isFirst = LINES.findIndex((other) => other.startsWith(command)) === index;
  return isFirst && (!CHANGES.test(line) || LEAVES.indexOf(command) % 4 === 0);
});

const whole = new Map<string, number>();
beforeAll(async () => {
  await prepare();
  reset = emulated.keep();
  for (const line of RUN) {
    whole.set(line, (await tocsin(line)).code);
    if (CHANGES.test(line)) reset();
  }
}, 120_000);

function expectInOrder({ code, stdout, stderr }: Ran, line: string): void {
  expect([0, 1, 2, 130], line).toContain(code);
  expect(stderr, line).not.toMatch(/TOCSIN_DEBUG|\n\s+at |undefined|\[object/u);
  expect(stdout, line).not.toMatch(/\n\s+at |\bundefined\b|\[object|\bNaN\b/u);
  expect(stdout + stderr, line).not.toContain(CANARY);
}

it('knows an example of every command, and most of them work where nothing is damaged', () => {
  for (const leaf of LEAVES) expect(LINES.join('\n')).toContain(leaf);
  expect(RUN.length).toBeGreaterThan(25);
  expect([...whole.values()].filter((code) => code === 0).length / whole.size).toBeGreaterThan(0.6);
});

const MET = DAMAGES.map((damage, place) => ({ ...damage, place })).filter(
  ({ isSample }) => IS_ALL || isSample === true,
);

it.each(MET)(
  '$what is named by each command that needs it, and stops no other',
  async ({ named, apply, place }) => {
    for (const [index, line] of RUN.entries()) {
      // A fifth of them; the damages of the other kinds meet the others.
      if (!IS_ALL && (index + place) % 5 !== 0) continue;
      await apply();
      const ran = await tocsin(line);
      expectInOrder(ran, line);
      const isAsEver = ran.code === 0 || ran.code === whole.get(line);
      expect(isAsEver || named.test(ran.stderr), `${line}: ${ran.stderr}`).toBe(true);
      if (CHANGES.test(line)) reset();
    }
    reset();
  },
);

describe.each(DAMAGES)('$what', ({ named, listed, cures, apply }) => {
  it.skipIf(listed.length === 0)('is told beside the rest of its list', async () => {
    await apply();
    for (const line of listed) {
      const ran = await tocsin(line);
      // Whether all is well is what `status` was asked, and its exit status answers.
      const code = line === 'status' ? 1 : 0;
      expect(ran.code, ran.stderr).toBe(code);
      expect(ran.stderr).toMatch(named);
      // Each command that it names can be pasted.
      expect(ran.stderr).not.toMatch(/\btocsin (?!--data )/u);
      const json = await tocsin(`${line} --json`);
      expect(json.code).toBe(code);
      expect((json.json() as { unreadable: unknown[] }).unreadable).toHaveLength(1);
    }
    reset();
  });

  it.each(cures)('%s', async (line) => {
    await apply();
    if (line.startsWith('destination delete siem') || line.startsWith('destination delete dst_siem')) {
      await tocsin('route delete urgent --yes');
    }
    const ran = await tocsin(line);
    expectInOrder(ran, line);
    expect(ran.code, ran.stderr).toBe(0);
    for (const list of listed) expect((await tocsin(list)).stderr).not.toMatch(named);
    reset();
  });
});
