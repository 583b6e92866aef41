import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConfigKind } from '../../functions/core/operator/ports.ts';
import { aMailingList, aSource, aWebhook } from '../adapters/records.ts';
import { IS_ALL } from '../handlers/some-of.ts';
import { type At, endpointBetween } from './apply/endpoint-between.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { run } from './run.ts';

/**
 * Every command that writes a secret and a configuration, and something goes wrong at one of its calls to AWS. A command
 * that succeeded has made both; one that failed has left both as they were, or says what it left.
 */
const HEADER = ['--custom-header', 'X-Key: value'];
const COMMANDS: Record<string, string[]> = {
  'a header': ['destination', 'update', 'hook', ...HEADER],
  'a header and a name': ['destination', 'update', 'hook', ...HEADER, '--name', 'other'],
  'a source without a secret gets one': ['source', 'update', 'open', '--auth', 'bearer'],
  'a source loses its secret': [
    'source',
    'update',
    'siem',
    '--auth',
    'none',
    '--i-understand-anyone-can-post',
  ],
  'a new webhook': ['destination', 'create', 'webhook', '--name', 'new', '--url', 'https://new.example/'],
  'a new source': ['source', 'create', '--name', 'new', '--format', 'generic', '--auth', 'bearer'],
  'a new secret of a webhook': ['destination', 'rotate', 'hook', '--overlap', '0s'],
  'a new secret of a source': ['source', 'rotate', 'siem'],
  'a webhook is deleted': ['destination', 'delete', 'hook', '--yes'],
};
const HAPPENINGS = ['is refused', 'its answer is lost', 'each answer to it is lost'] as const;
/** Every call with `TOCSIN_FAULTS=all`. */
const STEP = IS_ALL ? 1 : 5;

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
let between: Awaited<ReturnType<typeof endpointBetween>>;
/** Makes everything as it was before the command. */
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

async function prepare(): Promise<void> {
  const { config, secrets } = emulated.gateway;
  await config.create('source', aSource({ id: 'src_1', name: 'siem' }));
  await config.create('source', aSource({ id: 'src_2', name: 'open', auth: { type: 'none' } }));
  await config.create('destination', aWebhook({ id: 'dst_1', name: 'hook' }));
  await config.create('destination', aMailingList({ id: 'dst_3', name: 'list' }));
  await secrets.saveSource('src_1', { current: 'first' }, undefined);
  await secrets.saveDestination('dst_1', { current: 'whsec_AAAA' }, undefined);
}

const COUNTS = new Set(['version', 'secretVersion', 'createdAt', 'updatedAt']);

/** What lies in the gateway, as text; of a source that needs none, a secret counts for nothing. */
async function state(): Promise<string> {
  const { config, secrets } = emulated.gateway;
  const items: unknown[] = [];
  for (const kind of ['destination', 'source'] satisfies ConfigKind[]) {
    const { readable } = await config.list(kind);
    for (const item of readable.toSorted((a, b) => a.name.localeCompare(b.name))) {
      const isNeeded = !('auth' in item) || item.auth.type !== 'none';
      const has = isNeeded && (await secrets.versionOf(kind, item.id)) !== undefined;
      const read = async (id: string) =>
        kind === 'source' ? secrets.readSource(id) : secrets.readDestination(id);
      items.push(item, has ? (await read(item.id)).value : null);
    }
  }
  return JSON.stringify(items, (name, value: unknown) => (COUNTS.has(name) ? undefined : value), 1);
}

async function operate(argv: readonly string[], data: string) {
  return run([...argv, '--data', data], {
    random: (size) => Buffer.alloc(size, 1),
    sleep: async () => {},
  });
}

it.each(Object.entries(COMMANDS))(
  '%s is made with its secret, or not at all',
  { timeout: 300_000 },
  async (_name, argv) => {
    reset();
    const before = await state();
    between.set(undefined);
    expect(await operate(argv, between.data)).toMatchObject({ code: 0 });
    const calls = between.calls();
    const after = await state();
    const wrong: string[] = [];
    for (const happens of HAPPENINGS) {
      for (let call = IS_ALL ? 1 : 2 + HAPPENINGS.indexOf(happens); call <= calls; call += STEP) {
        reset();
        between.set({ call, happens } satisfies At);
        const { code, stderr } = await operate(argv, between.data);
        const found = await state();
        const isRight =
          code === 0 ? found === after : found === before || (found === after && /the secret/u.test(stderr));
        if (!isRight)
          wrong.push(
            `call ${String(call)} of ${String(calls)} ${happens}: exit ${String(code)}, ${found === after ? 'all' : found === before ? 'nothing' : 'half'} is made; ${stderr}`,
          );
        if (happens === 'its answer is lost' && code !== 0)
          wrong.push(`call ${String(call)}: it failed although the client asked again: ${stderr}`);
      }
    }
    expect(wrong).toEqual([]);
  },
);
