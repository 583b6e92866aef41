import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { ConfigKind } from '../../functions/core/operator/ports.ts';
import { aMailingList, anInterval, aRoute, aSource, aWebhook } from '../adapters/records.ts';
import { endpointBetween } from './apply/endpoint-between.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { run } from './run.ts';

/**
 * Two operators at once: one command is held before each of its calls to AWS while another one runs from its beginning
 * to its end. Afterwards the gateway is what the commands that succeeded make of it one after the other, in one order
 * or the other; a command that did not succeed has changed nothing.
 */
const COMMANDS: Record<string, string[]> = {
  enable: ['destination', 'enable', 'paused'],
  disable: ['destination', 'disable', 'hook'],
  'change a url': ['destination', 'update', 'hook', '--url', 'https://new.example/'],
  'change headers': ['destination', 'update', 'hook', '--custom-header', 'X-Key: value'],
  'the same headers and a url': [
    'destination',
    'update',
    'hook',
    '--custom-header',
    'X-Key: value',
    '--url',
    'https://new.example/hook?token=0123456789abcdef',
  ],
  rename: ['destination', 'update', 'hook', '--name', 'other'],
  rotate: ['destination', 'rotate', 'hook'],
  'rotate alone': ['destination', 'rotate', 'hook', '--overlap', '0s'],
  'delete a destination': ['destination', 'delete', 'hook', '--yes'],
  'route to it': ['route', 'create', '--name', 'to-hook', '--to', 'hook'],
  'take its name': ['destination', 'create', 'email', '--name', 'other', '--to', 'z@example.com'],
  'change recipients': ['destination', 'update', 'list', '--to', 'ops@example.com,b@example.com'],
  lock: ['destination', 'update', 'list', '--locked', 'ops@example.com'],
  'delete a route': ['route', 'delete', 'mails', '--yes'],
  'change a source': ['source', 'update', 'siem', '--format', 'github'],
  'open a source': ['source', 'update', 'siem', '--auth', 'none', '--i-understand-anyone-can-post'],
  'close a source': ['source', 'update', 'open', '--auth', 'bearer'],
  'close it otherwise': ['source', 'update', 'open', '--auth', 'basic', '--username', 'u'],
  'rotate a source': ['source', 'rotate', 'siem'],
  'delete a source': ['source', 'delete', 'siem', '--yes'],
  'say what to do': ['remediation', 'set', 'okta.*', '--step', 'Call'],
  'say something else': ['remediation', 'set', 'okta.*', '--step', 'Write'],
  'forget it': ['remediation', 'remove', 'okta.*'],
  'tell hook nothing': ['destination', 'update', 'hook', '--system-alerts', 'off'],
  'tell list nothing': ['destination', 'update', 'list', '--system-alerts', 'off'],
  'disable list': ['destination', 'disable', 'list'],
  'hold a route': ['route', 'update', 'mails', '--active', 'hours'],
  'hold what is left': ['route', 'update', 'default', '--active', 'hours'],
  'delete the hours': ['interval', 'delete', 'hours'],
  'rotate the key': ['unsubscribe-key', 'rotate', '--yes'],
};

/** Which commands can meet: those that change the same thing, and those that name it. */
const GROUPS = [
  [
    'disable',
    'change a url',
    'change headers',
    'the same headers and a url',
    'rename',
    'rotate',
    'rotate alone',
    'delete a destination',
    'route to it',
    'take its name',
  ],
  ['enable', 'disable'],
  ['change recipients', 'lock', 'delete a route'],
  ['change a source', 'open a source', 'rotate a source', 'delete a source'],
  ['close a source', 'close it otherwise'],
  ['say what to do', 'say something else', 'forget it'],
  ['rotate the key'],
  // Each alone may be done; of two that leave nobody who is told of Tocsin itself, one is refused.
  ['tell hook nothing', 'tell list nothing', 'disable', 'disable list', 'delete a destination'],
  ['hold a route', 'hold what is left', 'delete the hours'],
];
const ALL = [
  ...new Set(GROUPS.flatMap((group) => group.flatMap((a) => group.map((b) => JSON.stringify([a, b]))))),
].map((pair) => JSON.parse(pair) as [string, string]);

/** Every pair and point with `TOCSIN_FAULTS=all`; three pairs, at a few points, in the usual run. */
const IS_ALL = process.env['TOCSIN_FAULTS'] === 'all';
const PAIRS = IS_ALL
  ? ALL
  : ALL.filter(([a, b]) =>
      [
        'change headers/rotate',
        'delete a destination/route to it',
        'close a source/close it otherwise',
        'tell hook nothing/tell list nothing',
        'delete a destination/tell list nothing',
        'hold a route/delete the hours',
      ].includes(`${a}/${b}`),
    );

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
/** Lets another operator work before one of the calls. */
let between: Awaited<ReturnType<typeof endpointBetween>>;

/** Everything as it was in the beginning. */
let reset: () => void;

beforeAll(async () => {
  emulated = await emulatedGateway();
  between = await endpointBetween(emulated);
  await prepare();
  reset = emulated.keep();
});
afterAll(async () => {
  await between.close();
  await emulated.close();
});

const KINDS: ConfigKind[] = ['route', 'interval', 'destination', 'source'];
const ITEMS = {
  source: [
    aSource({ id: 'src_1', name: 'siem' }),
    aSource({ id: 'src_2', name: 'open', auth: { type: 'none' } }),
  ],
  destination: [
    aWebhook({ id: 'dst_1', name: 'hook' }),
    aWebhook({ id: 'dst_2', name: 'paused', isEnabled: false, pausedBecause: 'receiver-gone' }),
    aMailingList({ id: 'dst_3', name: 'list' }),
  ],
  route: [aRoute({ id: 'rte_1', name: 'mails', destinationIds: ['dst_3'] })],
};

async function prepare(): Promise<void> {
  const { config, secrets, remediation } = emulated.gateway;
  for (const source of ITEMS.source) await config.create('source', source);
  for (const destination of ITEMS.destination) await config.create('destination', destination);
  await config.create('interval', anInterval({ id: 'int_1', name: 'hours' }));
  for (const route of ITEMS.route) await config.create('route', route);
  await secrets.saveSource('src_1', { current: 'first' }, undefined);
  await secrets.saveDestination('dst_1', { current: 'whsec_AAAA' }, undefined);
  await remediation.set(
    { type: 'okta.*', steps: ['Wait'], updatedAt: '2026-01-01T00:00:00.000Z' },
    undefined,
  );
  emulated.emulators.secretsManager.call('CreateSecret', {
    Name: KEY,
    SecretString: JSON.stringify({ current: 'first' }),
  });
}

const KEY = 'Tocsin/unsubscribe-key';
/** What says when, and how often, something was changed, and not what it is. */
const COUNTS = new Set(['version', 'secretVersion', 'createdAt', 'updatedAt']);

/** What lies in the gateway, as text. */
async function state(): Promise<string> {
  const { config, remediation, unsubscribeKey } = emulated.gateway;
  const items: unknown[] = [];
  for (const kind of KINDS) {
    const { readable, unreadable } = await config.list(kind);
    expect(unreadable).toEqual([]);
    for (const item of readable.toSorted((a, b) => a.id.localeCompare(b.id))) {
      expect(await config.find(kind, item.name)).toEqual(item);
      items.push(item, await secretOf(kind, item));
    }
  }
  items.push((await remediation.list()).readable, (await unsubscribeKey.read()).value);
  return JSON.stringify(items, (name, value: unknown) => (COUNTS.has(name) ? undefined : value), 1);
}

/** Of one that needs none, a secret counts for nothing. */
async function secretOf(kind: ConfigKind, item: { id: string }): Promise<unknown> {
  const { secrets } = emulated.gateway;
  if (kind === 'source' && (item as Source).auth.type !== 'none')
    return (await secrets.readSource(item.id)).value;
  return kind === 'destination' && 'url' in item && (await secrets.versionOf(kind, item.id)) !== undefined
    ? (await secrets.readDestination(item.id)).value
    : null;
}

/** What the last command said of its failure. */
let failure = '';

/** Whether the command succeeded. What it draws at random is its own. */
async function operate(name: string, data: string, seed: number): Promise<boolean> {
  const argv = COMMANDS[name] ?? [];
  const { code, stderr } = await run([...argv, '--data', data], {
    random: (size) => Buffer.alloc(size, seed),
  });
  failure = stderr;
  expect(stderr, `${name}: ${stderr}`).not.toContain('TOCSIN_DEBUG');
  return code === 0;
}

const first = async (name: string, data = emulated.data) => operate(name, data, 1);
const second = async (name: string) => operate(name, emulated.data, 2);

/** What may be found afterwards, by which of the two succeeded. */
async function outcomes(a: string, b: string): Promise<Record<string, string[]>> {
  const after = async (...steps: (() => Promise<boolean>)[]) => {
    reset();
    const done: boolean[] = [];
    for (const step of steps) done.push(await step());
    return { done, state: await state() };
  };
  const nobody = await after();
  const onlyA = await after(async () => first(a));
  const onlyB = await after(async () => second(b));
  const ab = await after(
    async () => first(a),
    async () => second(b),
  );
  const ba = await after(
    async () => second(b),
    async () => first(a),
  );
  return {
    neither: [nobody.state],
    a: [onlyA.state],
    b: [onlyB.state],
    both: [
      ...[ab, ba].filter(({ done }) => done.every(Boolean)).map((each) => each.state),
      // What both delete at once is gone, and neither can tell whose call it was.
      ...(a === b && a.startsWith('delete') ? [onlyA.state] : []),
    ],
  };
}

const STEP = IS_ALL ? 1 : 7;

it.each(PAIRS)('nothing is lost when "%s" is held while "%s" runs', { timeout: 300_000 }, async (a, b) => {
  const may = await outcomes(a, b);
  reset();
  between.set(undefined);
  await first(a, between.data);
  const calls = between.calls();
  expect(calls, failure).toBeGreaterThan(1);
  for (let before = STEP; before <= calls; before += STEP) {
    reset();
    let isDoneB = false;
    between.set({
      call: before,
      happens: async () => {
        isDoneB = await second(b);
      },
    });
    const isDoneA = await first(a, between.data);
    const who = isDoneA ? (isDoneB ? 'both' : 'a') : isDoneB ? 'b' : 'neither';
    const found = await state();
    expect(may[who], `held before call ${before} of ${calls}: ${who} succeeded, and left ${found}`).toContain(
      found,
    );
  }
});
