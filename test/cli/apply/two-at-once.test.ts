import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emulatedGateway } from '../emulated-gateway.ts';
import { run } from '../run.ts';
import { endpointBetween } from './endpoint-between.ts';

type Emulated = Awaited<ReturnType<typeof emulatedGateway>>;
let emulated: Emulated;
let between: Awaited<ReturnType<typeof endpointBetween>>;
/** Makes everything as it was before the two. */
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

const HOOK = 'hook: {channel: webhook, url: https://hooks.example.com/in';
const BEFORE = `
sources: {siem: {}}
destinations:
  ${HOOK}}
  list: {channel: email, to: [a@example.com]}
routes: {urgent: {to: [list]}}
remediation: {okta.*: {step: [Wait]}}
`;

/** One item each, so that a run is all or nothing. */
const FILES: Record<string, string> = {
  'sends it elsewhere': `destinations:\n  hook: {channel: webhook, url: https://other.example.com/in}`,
  'gives it a header': `destinations:\n  ${HOOK}, custom_header: {X-Key: {env: TOKEN}}}`,
  'switches it off': `destinations:\n  ${HOOK}, enabled: false}`,
  'tells it nothing of itself': `destinations:\n  ${HOOK}, system_alerts: off}`,
  'tells list nothing of itself': `destinations:\n  list: {channel: email, to: [a@example.com], system_alerts: off}`,
  'makes another': `destinations:\n  new: {channel: webhook, url: https://new.example.com/in}`,
  'makes the same otherwise': `destinations:\n  new: {channel: webhook, url: https://new.example.com/out}`,
  'makes a source': `sources: {new: {format: github}}`,
  'changes a source': `sources: {siem: {format: github, auth: bearer}}`,
  'dictates its secret': `sources: {siem: {secret: {env: TOKEN}}}`,
  'opens a source': `sources: {siem: {auth: none, i_understand_anyone_can_post: true}}`,
  'routes to it': `routes: {urgent: {to: [hook]}}`,
  'points the default to it': `routes: {default: {to: [hook]}}`,
  'points the default to nobody': `routes: {default: {to: none}}`,
  'says what to do': `remediation: {okta.*: {step: [Call]}}`,
};
const COMMANDS: Record<string, string[]> = {
  'update --url': ['destination', 'update', 'hook', '--url', 'https://third.example.com/in'],
  disable: ['destination', 'disable', 'hook'],
  'tell list nothing of itself': ['destination', 'update', 'list', '--system-alerts', 'off'],
  'make list executives': ['destination', 'update', 'list', '--to', 'a@example.com', '--role', 'executive'],
  'disable list': ['destination', 'disable', 'list'],
  rotate: ['destination', 'rotate', 'hook'],
  'delete it': ['destination', 'delete', 'hook', '--yes'],
  'create the same': ['destination', 'create', 'email', '--name', 'new', '--to', 'z@example.com'],
  'create a source': ['source', 'create', '--name', 'new'],
  'update a source': ['source', 'update', 'siem', '--default-severity', 'high'],
  'rotate a source': ['source', 'rotate', 'siem'],
  'delete a source': ['source', 'delete', 'siem', '--yes'],
  'update a route': ['route', 'update', 'urgent', '--min-severity', 'high'],
  'say something else': ['remediation', 'set', 'okta.*', '--step', 'Write'],
};
const GROUPS: [string[], string[]][] = [
  [
    ['sends it elsewhere', 'gives it a header', 'switches it off'],
    ['update --url', 'disable', 'rotate', 'delete it', 'sends it elsewhere', 'gives it a header'],
  ],
  [['makes another'], ['makes another', 'makes the same otherwise', 'create the same']],
  [['makes a source'], ['makes a source', 'create a source']],
  [
    ['changes a source', 'dictates its secret', 'opens a source'],
    ['update a source', 'rotate a source', 'delete a source', 'changes a source', 'dictates its secret'],
  ],
  [
    ['routes to it', 'points the default to it'],
    ['delete it', 'update a route', 'points the default to nobody'],
  ],
  // Each alone may be done; of two that leave nobody who is told of Tocsin itself, one is refused.
  [
    ['tells it nothing of itself', 'switches it off'],
    ['tells list nothing of itself', 'tell list nothing of itself', 'make list executives', 'disable list'],
  ],
  [['tells list nothing of itself'], ['tells it nothing of itself', 'switches it off', 'delete it']],
  [['say what to do'.replace('say ', 'says ')], ['say something else', 'says what to do']],
];
const ALL = GROUPS.flatMap(([files, others]) => files.flatMap((a) => others.map((b) => [a, b] as const)));

/** Every pair and call with `TOCSIN_FAULTS=all`; in the usual run some. */
const IS_ALL = process.env['TOCSIN_FAULTS'] === 'all';
const PAIRS = IS_ALL
  ? ALL
  : ALL.filter(([a, b]) =>
      [
        'sends it elsewhere/update --url',
        'makes another/makes the same otherwise',
        'routes to it/delete it',
        'gives it a header/gives it a header',
        'dictates its secret/dictates its secret',
        'points the default to it/points the default to nobody',
        'tells it nothing of itself/tells list nothing of itself',
      ].includes(`${a}/${b}`),
    );
const [FIRST, STEP] = IS_ALL ? [1, 1] : [4, 11];

let said = '';

async function perform(what: string, data: string, seed: number): Promise<boolean> {
  const text = FILES[what];
  const path = join(emulated.data, `${seed}.yml`);
  if (text !== undefined) await writeFile(path, `apiVersion: tocsin/v1\n${text}\n`);
  const argv = text === undefined ? (COMMANDS[what] ?? []) : ['apply', path];
  let drawn = seed;
  const { code, stderr } = await run([...argv, '--data', data], {
    env: { TOKEN: 'a-token-of-sixteen' },
    random: (size) => Buffer.alloc(size, (drawn += 2)),
  });
  said = stderr;
  expect(stderr).not.toContain('TOCSIN_DEBUG');
  return code === 0;
}

async function prepare(): Promise<void> {
  const path = join(emulated.data, 'before.yml');
  await writeFile(path, `apiVersion: tocsin/v1\n${BEFORE}`);
  let drawn = 100;
  const { code, stderr } = await run(['apply', path, '--data', emulated.data], {
    random: (size) => Buffer.alloc(size, (drawn += 1)),
  });
  expect(`${code} ${stderr}`).toBe('0 ');
}

/** What lies in the gateway: the configuration, and the secrets by name. */
async function state(): Promise<string> {
  const { stdout, stderr } = await run(['export', '--data', emulated.data]);
  expect(stderr).toBe('');
  const { config, secrets } = emulated.gateway;
  const held: unknown[] = [];
  for (const { id, name, auth } of (await config.list('source')).readable) {
    held.push([name, auth.type === 'none' ? null : (await secrets.readSource(id)).value]);
  }
  for (const one of (await config.list('destination')).readable) {
    held.push([one.name, one.channel === 'webhook' ? (await secrets.readDestination(one.id)).value : null]);
  }
  return `${stdout}\n${JSON.stringify(held, undefined, 1)}`;
}

const first = async (what: string, data = emulated.data) => perform(what, data, 1);
const second = async (what: string) => perform(what, emulated.data, 2);

async function outcomes(a: string, b: string): Promise<Record<string, string[]>> {
  const after = async (...steps: (() => Promise<boolean>)[]) => {
    reset();
    const done: boolean[] = [];
    for (const step of steps) done.push(await step());
    return { done, state: await state() };
  };
  const ab = await after(
    async () => first(a),
    async () => second(b),
  );
  const ba = await after(
    async () => second(b),
    async () => first(a),
  );
  return {
    neither: [(await after()).state],
    a: [(await after(async () => first(a))).state],
    b: [(await after(async () => second(b))).state],
    both: [ab, ba].filter(({ done }) => done.every(Boolean)).map((each) => each.state),
  };
}

it.each(PAIRS)(
  'nothing is lost when an apply that "%s" is held while "%s" runs',
  { timeout: 900_000 },
  async (a, b) => {
    const may = await outcomes(a, b);
    reset();
    between.set(undefined);
    await first(a, between.data);
    const calls = between.calls();
    expect(calls, said).toBeGreaterThan(5);
    for (let call = FIRST; call <= calls; call += STEP) {
      reset();
      let isDoneB = false;
      between.set({
        call,
        happens: async () => {
          isDoneB = await second(b);
        },
      });
      const isDoneA = await first(a, between.data);
      const who = isDoneA ? (isDoneB ? 'both' : 'a') : isDoneB ? 'b' : 'neither';
      const found = await state();
      expect(
        may[who],
        `held before call ${call} of ${calls}: ${who} succeeded, and left ${found}\n${said}`,
      ).toContain(found);
    }
  },
);
