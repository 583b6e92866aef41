export const STAGES = ['ingest', 'route', 'deliver', 'recipients', 'watch', 'canary', 'config'].map(
  (stage) => `functions/core/${stage}`,
);
const CORE_FILES = ['bounded-map', 'chunks', 'errors', 'failed-receive', 'recent-map', 'world'].map(
  (name) => `functions/core/${name}.ts`,
);
/** What a stage asks of the outside world: types only, so another stage may ask the same. */
export const PORTS = ['ingest', 'route', 'deliver', 'recipients', 'watch', 'canary'].map(
  (stage) => `functions/core/${stage}/ports.ts`,
);
/** Leaves that several stages share. */
export const LEAVES = ['functions/core/match', 'functions/core/text'];
/** What every stage may say about itself. */
const SYSTEM_ALERTS = 'functions/core/system-alerts';
const MODEL = ['functions/core/model', 'functions/core/signing', ...LEAVES];

/** The commands that open the console: wiring, which nothing imports. */
export const CONSOLE_IS_OPENED_BY = new Set(['cli/main.ts', 'local/demo.ts', 'local/main.ts']);
/**
 * Where the console comes into the CLI: it runs the tool's commands on the same gateway, and says things in its words. It knows
 * no command of it.
 */
export const CLI_DOORS = [
  'tool.ts',
  'gateway.ts',
  'connect.ts',
  'io.ts',
  'records',
  'words',
  'source/curl.ts',
].map((door) => `cli/${door}`);
/** What runs a script once for each state of what it reads: pages are made so, and the stack of the local run. It knows neither. */
export const SCRIPTS = ['console/build/hash-files.ts', 'console/build/run-script.ts'];

/**
 * Who may import whom: prefixes of paths in this repository, and packages. Whatever is not listed is refused.
 * `core/ingest` and its neighbours never import each other: what passes between stages is a type in `core/model`.
 */
export const RULES: { layer: string; may: string[] }[] = [
  { layer: 'functions/core/model', may: ['functions/core/model', 'node:crypto'] },
  {
    layer: 'functions/core/signing',
    may: ['functions/core/signing', 'functions/core/model', 'functions/core/recent-map.ts', 'node:crypto'],
  },
  {
    layer: 'functions/core/match',
    may: [
      'functions/core/match',
      'functions/core/model',
      'functions/core/text',
      'functions/core/recent-map.ts',
      're2js',
    ],
  },
  { layer: 'functions/core/text', may: ['functions/core/text'] },
  { layer: SYSTEM_ALERTS, may: [SYSTEM_ALERTS, ...MODEL, ...PORTS] },
  {
    layer: 'functions/core/operator',
    may: [
      'functions/core/operator',
      // A preview is made by what makes the message.
      'functions/core/deliver',
      'functions/core/canary',
      'functions/core/watch',
      'functions/core/route',
      ...MODEL,
      ...CORE_FILES,
      ...PORTS,
    ],
  },
  ...STAGES.map((stage) => ({
    layer: stage,
    may: [
      stage,
      SYSTEM_ALERTS,
      ...MODEL,
      ...CORE_FILES,
      ...PORTS,
      'node:crypto',
      'node:zlib',
      ...extraLibraries(stage),
    ],
  })),
  { layer: 'functions/handlers', may: ['functions/handlers', 'functions/core', '@middy/core', 'aws-lambda'] },
  ...adapterRooms(),
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
      // What is refused of props is refused by the rules of the options.
      'valibot',
      // Where a file of options is no JSON.
      'yaml',
      // `npm run deploy`: what is deployed, what would become of it, and the question.
      '@aws-cdk/cloudformation-diff',
      'functions/adapters/operator/deployed-stack.ts',
      'functions/adapters/operator/existing-table.ts',
      '@inquirer/prompts',
    ],
  },
  {
    layer: 'cli',
    may: [
      'cli',
      'functions/core',
      'functions/adapters',
      'commander',
      '@inquirer/prompts',
      'yaml',
      'node:',
      // The reference is written from what configuration is read by, and from the table of refusals.
      'functions/handlers/middleware/http-errors.ts',
      'valibot',
      '@valibot/to-json-schema',
      'console/server/run-console.ts',
      'console/server/open-in-browser.ts',
    ],
  },
  { layer: 'console/build', may: ['console/build', 'node:'] },
  {
    layer: 'console/web',
    may: [
      'console/web',
      'console/api',
      'functions/core/model/wire',
      'react',
      'react-dom',
      '@cloudscape-design/',
      'vite',
    ],
  },
  {
    layer: 'local',
    may: [
      'local',
      'functions/core/model',
      'dynalite',
      'mailparser',
      'node:',
      'functions/core/text/shell-word.ts',
      'console/server/local-console.ts',
      'console/server/open-in-browser.ts',
      'console/build/built-web.ts',
      ...SCRIPTS,
    ],
  },
  // Server and page share what lies in `api`: the shapes of what is asked and answered, and no code of either.
  { layer: 'console/api', may: ['console/api', 'functions/core/model', 'valibot'] },
  {
    layer: 'console/server',
    may: [
      'console/server',
      'console/api',
      'console/build',
      'functions/core',
      ...CLI_DOORS,
      'hono',
      '@hono/node-server',
      'valibot',
      'node:',
    ],
  },
];

/** A technology has a room of its own and knows no other: what two of them share is in `aws`, `net` or `memory`. */
function adapterRooms(): { layer: string; may: string[] }[] {
  const shared = ['aws', 'net', 'memory'];
  const packages: Record<string, string[]> = {
    sqs: ['@aws-sdk/client-sqs'],
    ses: ['@aws-sdk/client-ses'],
    secrets: ['@aws-sdk/client-secrets-manager'],
    smtp: ['nodemailer'],
  };
  const technologies = ['dynamodb', 'https', 'secrets', 'ses', 'smtp', 'sqs'];
  const room = (name: string, rooms: string[], libraries: string[]) => ({
    layer: `functions/adapters/${name}`,
    may: [
      ...[name, ...rooms].map((one) => `functions/adapters/${one}`),
      'functions/core',
      'node:',
      ...libraries,
    ],
  });
  return [
    ...technologies.map((name) => room(name, shared, packages[name] ?? [])),
    room('aws', ['net'], ['@smithy/core/schema']),
    room('net', [], []),
    room('memory', [], []),
    room('process', [], []),
    room('operator', [...technologies, ...shared], ['@aws-sdk/']),
  ];
}

/** Small pure libraries that a stage earned, each with its reason in docs/decisions, and the pure half of `node:net`. */
function extraLibraries(stage: string): string[] {
  const libraries: Record<string, string[]> = {
    'functions/core/config': ['valibot'],
    'functions/core/deliver': ['node:net'],
    // A heartbeat goes where a webhook may go, by the same rules.
    'functions/core/canary': [
      'functions/core/deliver/webhook/guard-url.ts',
      'functions/core/deliver/webhook/address-tier.ts',
    ],
    'functions/core/ingest': ['jmespath', '@cfworker/json-schema', 'node:vm'],
  };
  return libraries[stage] ?? [];
}

export function isAllowed(imported: string, may: string[]): boolean {
  return may.some(
    (prefix) => imported === prefix || imported.startsWith(/[/:]$/u.test(prefix) ? prefix : `${prefix}/`),
  );
}
