import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const STAGES = ['ingest', 'route', 'deliver', 'recipients', 'watch', 'config'].map(
  (stage) => `functions/core/${stage}`,
);
const CORE_FILES = ['functions/core/bounded-map.ts', 'functions/core/errors.ts', 'functions/core/world.ts'];
/** What a stage asks of the outside world: types only, so another stage may ask the same. */
const PORTS = ['ingest', 'route', 'deliver', 'recipients', 'watch'].map(
  (stage) => `functions/core/${stage}/ports.ts`,
);
/** Leaves that several stages share. */
const LEAVES = ['functions/core/match', 'functions/core/text'];
const MODEL = ['functions/core/model', 'functions/core/signing', ...LEAVES];

/**
 * Who may import whom: prefixes of paths in this repository, and packages. Whatever is not listed is refused.
 * `core/ingest` and its neighbours never import each other: what passes between stages is a type in `core/model`.
 */
const RULES: { layer: string; may: string[] }[] = [
  { layer: 'functions/core/model', may: ['functions/core/model', 'node:crypto'] },
  { layer: 'functions/core/signing', may: ['functions/core/signing', 'functions/core/model', 'node:crypto'] },
  {
    layer: 'functions/core/match',
    may: ['functions/core/match', 'functions/core/model', 'functions/core/text', 're2js'],
  },
  { layer: 'functions/core/text', may: ['functions/core/text'] },
  {
    layer: 'functions/core/operator',
    may: ['functions/core/operator', 'functions/core/watch', ...MODEL, ...CORE_FILES, ...PORTS],
  },
  ...STAGES.map((stage) => ({
    layer: stage,
    may: [
      stage,
      ...MODEL,
      ...CORE_FILES,
      ...PORTS,
      'node:crypto',
      'node:zlib',
      'ipaddr.js',
      ...extraLibraries(stage),
    ],
  })),
  { layer: 'functions/handlers', may: ['functions/handlers', 'functions/core', '@middy/core', 'aws-lambda'] },
  {
    layer: 'functions/adapters',
    may: ['functions/adapters', 'functions/core', '@aws-sdk/', 'node:', 'nodemailer'],
  },
  {
    layer: 'cdk',
    may: [
      'cdk',
      'functions/core/config',
      'functions/core/model',
      'aws-cdk-lib',
      'constructs',
      'esbuild',
      'node:',
    ],
  },
  {
    layer: 'cli',
    may: [
      'cli',
      'functions/core',
      'functions/adapters',
      'commander',
      'cli-table3',
      '@inquirer/prompts',
      'node:',
    ],
  },
  { layer: 'local', may: ['local', 'functions/core/model', 'dynalite', 'mailparser', 'node:'] },
];

/** Small pure libraries that a stage earned, each with its reason in docs/decisions. */
function extraLibraries(stage: string): string[] {
  const libraries: Record<string, string[]> = {
    'functions/core/ingest': ['jmespath', '@cfworker/json-schema'],
  };
  return libraries[stage] ?? [];
}

function filesBelow(layer: string): string[] {
  return readdirSync(join(ROOT, layer), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** What a file imports: repository paths for relative imports, package names for the others. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const found = source.matchAll(
    /^(?:import|export)\s[^;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gmu,
  );
  return Array.from(found, ([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '').map((specifier) =>
    specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, file, '..', specifier)) : specifier,
  );
}

function isAllowed(imported: string, may: string[]): boolean {
  return may.some(
    (prefix) => imported === prefix || imported.startsWith(/[/:]$/u.test(prefix) ? prefix : `${prefix}/`),
  );
}

describe('the import rules', () => {
  it.each(RULES)('hold in $layer', ({ layer, may }) => {
    const files = filesBelow(layer);
    expect(files, `${layer} is empty: the rule guards nothing`).not.toEqual([]);
    const broken = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => !isAllowed(imported, may))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(broken).toEqual([]);
  });

  it('hold in the entries: wiring only, short enough to read in one look', () => {
    const entries = readdirSync(join(ROOT, 'functions')).filter((name) => name.endsWith('.ts'));
    expect(entries).not.toEqual([]);
    const may = ['functions/handlers', 'functions/adapters', 'functions/core', '@middy/core', 'node:crypto'];
    const broken = entries.flatMap((name) =>
      importsOf(`functions/${name}`)
        .filter((imported) => !isAllowed(imported, may))
        .map((imported) => `functions/${name} imports ${imported}`),
    );
    expect(broken).toEqual([]);
  });

  it.each([...PORTS, 'functions/core/operator/ports.ts'])('leave only types in %s', (file) => {
    const code = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*\*[\s\S]*?\*\//gu, '');
    expect(code.match(/^(?:import|export) (?!type\b).*$/gmu) ?? []).toEqual([]);
  });

  it('let nobody but tests import the local run, the CLI or the stack', () => {
    const layers = ['functions', 'cdk', 'cli', 'local'];
    const broken = layers.flatMap((layer) =>
      filesBelow(layer).flatMap((file) =>
        importsOf(file)
          .filter((imported) =>
            layers.slice(1).some((other) => other !== layer && imported.startsWith(`${other}/`)),
          )
          .map((imported) => `${file} imports ${imported}`),
      ),
    );
    expect(broken).toEqual([]);
  });

  it('keep the AWS SDK in the adapters', () => {
    const broken = ['functions/core', 'functions/handlers', 'cdk', 'cli', 'local'].flatMap((layer) =>
      filesBelow(layer).filter((file) =>
        importsOf(file).some((imported) => imported.startsWith('@aws-sdk/')),
      ),
    );
    expect(broken).toEqual([]);
  });

  it('see every import there is: a rule that reads nothing guards nothing', () => {
    expect(importsOf('functions/core/deliver/deliver.ts')).toContain('functions/core/model/wire/delivery.ts');
    expect(importsOf('functions/ingest.ts')).toContain('@middy/core');
  });
});

describe('what fans out', () => {
  it('is bounded: only a list that is written out starts all at once', () => {
    const unbounded = ['functions', 'cli'].flatMap((layer) =>
      filesBelow(layer)
        .filter((file) => file !== 'functions/core/bounded-map.ts')
        .filter((file) =>
          /Promise\.(?:all|allSettled)\(\s*[^[\s]|Promise\.(?:all|allSettled)\(\s*\[\s*\.\.\./u.test(
            readFileSync(join(ROOT, file), 'utf8'),
          ),
        ),
    );
    expect(unbounded, 'expected boundedMap').toEqual([]);
  });
});

describe('batches of the table', () => {
  it.each([
    ['BatchGetItem', 'functions/adapters/dynamodb/batch-get.ts'],
    ['BatchWriteItem', 'functions/adapters/dynamodb/batch-write.ts'],
  ])('are made in one place, which names each key once: %s', (operation, place) => {
    const callers = ['functions', 'cli'].flatMap((layer) =>
      filesBelow(layer).filter((file) =>
        readFileSync(join(ROOT, file), 'utf8').includes(`call('${operation}'`),
      ),
    );
    expect(callers).toEqual([place]);
  });
});

describe('text', () => {
  it.each([
    ['a half character at a cut', /\\ud800-\\udbff/u],
    ['a count of what is missing', /more characters\)/u],
    ['an address in part', /\*\*\*\$\{address/u],
  ])('is cut and masked in one place: %s', (_, pattern) => {
    const places = ['functions', 'cli'].flatMap((layer) =>
      filesBelow(layer).filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8'))),
    );
    expect(places.every((file) => file.startsWith('functions/core/text/'))).toBe(true);
    expect(places).toHaveLength(1);
  });
});

describe('the names of files', () => {
  it('say what is in them: no utils, helpers, common, manager or service', () => {
    const vague = ['functions', 'cdk', 'cli', 'local'].flatMap((layer) =>
      filesBelow(layer).filter((file) =>
        /(?:^|[/-])(?:utils?|helpers?|common|shared|managers?|service)(?:[./-]|$)/u.test(
          file.replaceAll('secrets-manager', ''),
        ),
      ),
    );
    expect(vague).toEqual([]);
  });
});
