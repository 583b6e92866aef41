import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasSecret } from '../../../functions/core/model/config/source.ts';
import { emulatedGateway } from '../emulated-gateway.ts';
import { NOW, run } from '../run.ts';
import { endpointBetween } from './endpoint-between.ts';

type Emulated = Awaited<ReturnType<typeof emulatedGateway>>;
let emulated: Emulated;
let between: Awaited<ReturnType<typeof endpointBetween>>;
/** Makes everything as it was before the apply. */
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

const ENV = { TOKEN: 'a-token-of-sixteen', PASSWORD: 'word' };
const BEFORE = `
apiVersion: tocsin/v1
sources:
  open: {auth: none, i_understand_anyone_can_post: true}
  old: {}
destinations:
  hook: {channel: webhook, url: https://hooks.example.com/in}
  gone: {channel: email, to: [gone@example.com]}
routes:
  gone: {to: [gone]}
  stays: {to: [hook]}
`;
const AFTER = `
apiVersion: tocsin/v1
sources:
  open: {auth: bearer}
  new: {format: github}
destinations:
  hook: {channel: webhook, url: https://hooks.example.com/other, custom_header: {X-Key: {env: TOKEN}}}
  mail: {channel: email, to: [a@example.com], transport: smtp, smtp_host: smtp.example.com, smtp_user: u, from: a@example.com, password: {env: PASSWORD}}
routes:
  stays: {to: [hook, mail], match: ['env!=dev']}
  default: {to: [mail]}
remediation:
  okta.*: {step: [Call]}
`;

/** A command that died leaves an item reserved for a minute. */
const LATER = { now: () => NOW + 120_000 };

async function apply(data: string, text: string, options: string[] = [], clock = { now: () => NOW }) {
  const file = join(emulated.data, 'tocsin.yml');
  await writeFile(file, text);
  return run(['apply', file, '--data', data, ...options], { env: ENV, clock, sleep: async () => {} });
}

async function prepare(): Promise<void> {
  const { code, stderr } = await apply(emulated.data, BEFORE);
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

/** What every item needs of its secret is there. */
async function expectWhole(shown: string): Promise<void> {
  const { config, secrets } = emulated.gateway;
  const [sources, destinations] = [await config.list('source'), await config.list('destination')];
  expect([...sources.unreadable, ...destinations.unreadable]).toEqual([]);
  for (const source of sources.readable) {
    if (!hasSecret(source.auth)) continue;
    const { value } = await secrets.readSource(source.id);
    expect(value.current).toBeDefined();
    if (source.name !== 'old') expect(shown, `the secret of ${source.name}`).toContain(value.current);
  }
  for (const destination of destinations.readable) {
    const isNeeded = destination.channel === 'webhook' || destination.transport !== undefined;
    if (isNeeded) expect((await secrets.readDestination(destination.id)).value.current).toBeDefined();
  }
}

/** Every call with `TOCSIN_FAULTS=all`; otherwise some, not the same for both deaths. */
const STEP = process.env['TOCSIN_FAULTS'] === 'all' ? 1 : 13;
const FIRST = { 'dies before it': 1, 'dies after it': Math.ceil(STEP / 2) };

it.each(['dies before it', 'dies after it'] as const)(
  'an apply that %s, at whichever call, is made whole by the next one',
  { timeout: 900_000 },
  async (happens) => {
    reset();
    between.set(undefined);
    expect((await apply(between.data, AFTER, ['--prune'])).code).toBe(0);
    const calls = between.calls();
    const { stdout: whole } = await run(['export', '--data', emulated.data], { env: ENV });
    expect(calls).toBeGreaterThan(50);
    for (let call = FIRST[happens]; call <= calls; call += STEP) {
      reset();
      between.set({ call, happens });
      const killed = await apply(between.data, AFTER, ['--prune']);
      await expectWhole(killed.stdout);
      const next = await apply(emulated.data, AFTER, ['--prune'], LATER);
      expect(`${next.code} ${next.stderr}`, `call ${call} of ${calls}`).toBe('0 ');
      await expectWhole(killed.stdout + next.stdout);
      expect((await apply(emulated.data, AFTER, ['--prune', '--dry-run'], LATER)).stdout).toBe(
        'No changes.\n',
      );
      expect((await run(['export', '--data', emulated.data], { env: ENV })).stdout).toBe(whole);
    }
  },
);
