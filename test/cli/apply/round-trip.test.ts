import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Validator } from '@cfworker/json-schema';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { configurationSchema } from '../../../cli/reference/configuration-schema.ts';
import { emulatedGateway } from '../emulated-gateway.ts';
import { run } from '../run.ts';
import { COMMANDS, type Given } from './any-configuration.ts';

const validator = new Validator(configurationSchema(), '2020-12');

type Emulated = Awaited<ReturnType<typeof emulatedGateway>>;
let first: Emulated;
let second: Emulated;
let folder: string;
/** Makes both gateways empty. */
let emptied: (() => void)[];

beforeAll(async () => {
  [first, second] = [await emulatedGateway(), await emulatedGateway()];
  second.emulators.secretsManager.call('CreateSecret', { Name: 'someone/else', SecretString: 'word' });
  emptied = [first.keep(), second.keep()];
  folder = await mkdtemp(join(tmpdir(), 'tocsin-round-trip-'));
});
afterAll(async () => {
  await first.close();
  await second.close();
  await rm(folder, { recursive: true });
});

const ENV = { SOME: 'something-secret-of-somebody', URL: 'https://hooks.slack.com/services/T1/B1/y' };

async function tocsin({ data }: Emulated, { argv, stdin }: Given) {
  return run([...argv, '--data', data], { ...(stdin !== undefined && { stdin }), env: ENV });
}

async function exportOf(emulated: Emulated): Promise<string> {
  const { code, stdout, stderr } = await tocsin(emulated, { argv: ['export'] });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout;
}

async function apply(emulated: Emulated, text: string, ...options: string[]) {
  const path = join(folder, 'tocsin.yml');
  await writeFile(path, text);
  const { code, stdout, stderr } = await tocsin(emulated, { argv: ['apply', path, ...options] });
  expect(stderr.replaceAll(path, '').replaceAll(/^Route .* which is not there\.$\n/gmu, ''), text).toBe('');
  return { code, stdout };
}

/** Ids and secrets by name, to see that nothing of what is there is made anew. */
async function ownOf({ gateway: { config, secrets } }: Emulated): Promise<unknown> {
  const all = [];
  for (const kind of ['source', 'destination'] as const) {
    for (const { id, name } of (await config.list(kind)).readable) {
      all.push({ kind, name, id, secret: await secrets.versionOf(kind, id) });
    }
  }
  return all;
}

/** What only its owner has is named by another place where nothing is stored yet; what is drawn is left out. */
function elsewhere(text: string): string {
  const document = parse(text) as { destinations?: Record<string, Record<string, unknown>> };
  for (const destination of Object.values(document.destinations ?? {})) {
    const { url, password, secret, format, custom_header: headers } = destination;
    if (typeof url === 'object') destination['url'] = { env: 'URL' };
    if (password !== undefined) destination['password'] = { secrets_manager: 'someone/else' };
    if (secret !== undefined)
      destination['secret'] = format === 'pagerduty' ? { env: 'SOME' } : { generate: true };
    if (headers !== undefined) {
      destination['custom_header'] = Object.fromEntries(
        Object.keys(headers as object).map((header) => [header, { env: 'SOME' }]),
      );
    }
  }
  return stringify(document, { compat: 'yaml-1.1' });
}

const runs = process.env['TOCSIN_FAULTS'] === 'all' ? 100 : 8;

it(
  'whatever commands can make: an export changes nothing, and makes the same of an empty gateway',
  { timeout: 600_000 },
  async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(COMMANDS, async (commands) => {
        for (const empty of emptied) empty();
        for (const command of commands) {
          const { code, stderr } = await tocsin(first, command);
          expect(stderr).not.toContain('TOCSIN_DEBUG');
          if (code === 0) accepted += 1;
        }
        const own = await ownOf(first);
        const text = await exportOf(first);
        expect((await apply(first, text, '--dry-run', '--detailed-exitcode')).stdout, text).toBe(
          'No changes.\n',
        );
        expect((await apply(first, text)).stdout).toBe('No changes.\n');
        expect(await ownOf(first)).toEqual(own);
        expect(await exportOf(first)).toBe(text);

        expect(validator.validate(parse(text)).errors, text).toEqual([]);

        await apply(second, elsewhere(text));
        expect(await exportOf(second)).toBe(text);
        expect((await apply(second, text, '--prune')).stdout).toBe('No changes.\n');
      }),
      { numRuns: runs },
    );
    // Otherwise it was shown of little.
    expect(accepted).toBeGreaterThan(runs);
  },
);
