import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FUNCTION_NAMES } from '../../../cdk/constructs/functions-of.ts';
import { buildSync } from 'esbuild';
import { filesBelow } from '../../imports.ts';
import {
  BUNDLE_SETTINGS,
  bundleFunctions,
  LEFT_OUT,
  PROJECT_ROOT,
} from '../../../cdk/constructs/bundle-functions.ts';

const entries = readdirSync(join(PROJECT_ROOT, 'functions'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
const bundles = bundleFunctions(entries);
const bundleOf = (name: string): Uint8Array => bundles.get(name)?.get('index.cjs') ?? new Uint8Array();
const textOf = (name: string): string => new TextDecoder().decode(bundleOf(name));
// Words of what functions/adapters/aws/sdk-left-out.ts stands in for.
const WORDS_LEFT_OUT = ['event-streams - header', 'already finished HMAC', 'fs/promises', 'UNSIGNED-PAYLOAD'];
// Words of the credential providers that a function can never use.
const CHAIN = ['sso_account_id', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
const folder = mkdtempSync(join(tmpdir(), 'tocsin-bundles-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(entries)('the bundle of %s', (name) => {
  const bytes = bundleOf(name);
  const text = textOf(name);

  test('loads as Lambda loads it, and has a handler', () => {
    const file = join(folder, `${name}.cjs`);
    writeFileSync(file, bytes);
    // Outside of the project there is no node_modules: what is not in the file is missing.
    const script = `process.stdout.write(typeof require(${JSON.stringify(file)}).handler)`;
    const env = { PATH: process.env['PATH'], AWS_REGION: 'eu-central-1', ...everyVariable(text) };
    expect(execFileSync(process.execPath, ['-e', script], { cwd: folder, env, encoding: 'utf8' })).toBe(
      'function',
    );
  });

  test('is at most 420,000 bytes, 130,000 compressed, without the credential chain and without dynamic import', () => {
    expect(bytes.length).toBeGreaterThan(0);
    expect(bytes.length).toBeLessThan(420_000);
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThan(130_000);
    expect(text.match(/\bimport\(.{0,40}/g) ?? []).toEqual([]);
    expect(CHAIN.filter((word) => text.includes(word))).toEqual([]);
  });

  test('is without the parts of the sdk that a function never uses', () => {
    expect(text).not.toMatch(/typeof ReadableStream|stream\/web/u);
    expect(WORDS_LEFT_OUT.filter((word) => text.includes(word))).toEqual([]);
  });
});

// With every part of the SDK, and with what lies beside a bundle in it.
const { metafile } = buildSync({
  ...BUNDLE_SETTINGS,
  entryPoints: entries.map((name) => `./functions/${name}.ts`),
  outdir: 'bundles',
  metafile: true,
  logLevel: 'silent',
});

const EVERY_FUNCTION = [
  '@aws-sdk/core',
  '@aws/lambda-invoke-store',
  '@middy/core',
  '@smithy/core',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
];
const SQS = ['@aws-sdk/client-sqs', '@aws-sdk/middleware-sdk-sqs'];
const SECRETS = ['@aws-sdk/client-secrets-manager'];
const SES = ['@aws-sdk/client-ses', '@aws-sdk/xml-builder'];

/** A package that comes here by surprise is why a bundle has grown. */
const PACKAGES: Record<string, string[]> = {
  'deliver-email': [...SECRETS, ...SES, ...SQS, 'nodemailer', 're2js'],
  'deliver-webhook': [...SECRETS, ...SQS, 're2js'],
  ingest: [...SECRETS, ...SQS, '@cfworker/json-schema'],
  'ingest-aws-events': [...SQS, '@cfworker/json-schema'],
  'receive-canary': SECRETS,
  'record-email-feedback': SQS,
  route: [...SQS, 're2js'],
  'run-canary': [...SECRETS, ...SQS],
  unsubscribe: [...SECRETS, ...SQS],
  'watch-deliveries': [...SQS, 're2js'],
  'watch-sources': [...SQS, 're2js'],
};

test.each(entries)('%s is made of the packages that it needs', (name) => {
  const files = Object.entries(metafile.outputs[`bundles/${name}.js`]?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);
  const packages = files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(file)?.slice(1) ?? []);
  expect([...new Set(packages)].toSorted()).toEqual(
    [...EVERY_FUNCTION, ...(PACKAGES[name] ?? [])].toSorted(),
  );
});

describe('what is left out of the sdk and of middy', () => {
  const importsOfSdk = Object.entries(metafile.inputs)
    .filter(([file]) => /node_modules\/@(?:aws-sdk|smithy|aws|middy)\//u.test(file))
    .flatMap(([, { imports }]) => imports.map(({ original, path }) => original ?? path));

  test('is of JSON only what each client says of itself: the bundler would leave any other empty as well', () => {
    const json = Object.keys(metafile.inputs).filter((file) => file.endsWith('.json'));
    expect(json.map((file) => file.replace(/^.*node_modules\//u, '')).sort()).toEqual([
      '@aws-sdk/client-secrets-manager/package.json',
      '@aws-sdk/client-ses/package.json',
      '@aws-sdk/client-sqs/package.json',
    ]);
  });

  test.each(LEFT_OUT)('is still imported by what is installed: %s', (part) => {
    expect(importsOfSdk).toContain(part);
  });
});

describe('bundling', () => {
  test('covers the functions of the stack', () => {
    expect(entries.toSorted()).toEqual([...FUNCTION_NAMES].sort());
  });

  test('gives the same bytes every time and knows nothing of this machine', () => {
    const texts = (all: typeof bundles) =>
      [...all].flatMap(([name, files]) =>
        Array.from(files, ([file, bytes]) => `${name}/${file} ${Buffer.from(bytes).toString()}`),
      );
    const once = texts(bundles);
    expect(texts(bundleFunctions(entries)).filter((text, index) => text !== once[index])).toEqual([]);
    expect(once.filter((text) => text.includes(PROJECT_ROOT))).toEqual([]);
  });

  const matching = ['deliver-email', 'deliver-webhook', 'route', 'watch-deliveries', 'watch-sources'];
  test.each([
    { module: 're2js', functions: matching, gives: 'RE2JS.compile', word: 'missing closing ]' },
    {
      module: 'schemas',
      functions: ['ingest', 'ingest-aws-events'],
      gives: 'schemaMismatch',
      word: 'prefixItems',
    },
    { module: 'smtp', functions: ['deliver-email'], gives: 'smtpClient', word: 'EHLO' },
  ])('puts $module beside the functions that may need it', ({ module, functions, gives, word }) => {
    const file = `${module}.cjs`;
    expect(entries.filter((name) => bundles.get(name)?.has(file)).toSorted()).toEqual(functions);
    expect(entries.filter((name) => textOf(name).includes(word))).toEqual([]);
    for (const name of functions) {
      const apart = mkdtempSync(join(folder, 'apart-'));
      for (const [one, contents] of bundles.get(name) ?? []) writeFileSync(join(apart, one), contents);
      expect(readFileSync(join(apart, file), 'utf8')).toContain(word);
      const index = join(apart, 'index.cjs');
      writeFileSync(index, `process.stdout.write(typeof require('#${module}').${gives})`);
      expect(execFileSync(process.execPath, [index], { cwd: apart, encoding: 'utf8' })).toBe('function');
    }
  });

  test('has a stand-in for re2js that gives each name which is taken from it', () => {
    const source = readFileSync(join(PROJECT_ROOT, 'functions/core/match/re2js-when-needed.cts'), 'utf8');
    const given = Array.from(source.matchAll(/get (\w+)\(\)/gu), ([, name]) => name);
    const taken = filesBelow('functions').flatMap((file) => {
      const names = /^import \{(.*)\} from 're2js'/mu.exec(
        readFileSync(join(PROJECT_ROOT, file), 'utf8'),
      )?.[1];
      return names?.split(',').map((name) => name.trim()) ?? [];
    });
    expect(given).toEqual(taken);
  });

  test('puts nothing beside the others', () => {
    expect([...(bundles.get('unsubscribe')?.keys() ?? [])]).toEqual(['index.cjs']);
  });

  test('says which entry is missing', () => {
    expect(() => bundleFunctions(['no-such-entry'])).toThrow('functions/no-such-entry.ts');
  });
});

/** An entry reads its variables when it loads; here they only have to be there. */
function everyVariable(text: string): Record<string, string> {
  const names = text.match(/TOCSIN_[A-Z_]+/g) ?? [];
  return Object.fromEntries(
    names
      .filter((name) => name !== 'TOCSIN_EGRESS_ALLOW' && name !== 'TOCSIN_PRIVATE_RANGES')
      .map((name) => [name, variable(name)]),
  );
}

function variable(name: string): string {
  if (name.endsWith('_URL')) return 'https://sqs.eu-central-1.amazonaws.com/111122223333/queue';
  return name === 'TOCSIN_RETENTION_DAYS' ? '90' : 'x';
}
