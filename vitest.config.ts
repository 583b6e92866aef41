import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Some hundred programs of Node are started, and most read the same files: what the first one compiled the next ones find. */
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

const TESTS = ['test/**/*.test.ts'];
/** Measure or change their process, or let other programs do the work: each has one to itself. */
const ALONE = [
  'test/browser/**/*.test.ts',
  'test/adapters/aws/{clients-after-a-freeze,connections,exchange,fan-out-on-a-share,regional-endpoints}.test.ts',
  'test/adapters/https/ssrf.test.ts',
  'test/core/ingest/memory.test.ts',
  'test/docs/readme.test.ts',
  'test/e2e/{demo,kill}.test.ts',
  'test/local/main.test.ts',
];
/** Take the longest. They begin first, so that none of them runs by itself at the end. */
const LONG = [
  'test/e2e/',
  'test/handlers/',
  'test/contracts/',
  'test/cli/apply/',
  'test/cli/damaged-items',
  'test/cdk/release/',
  'test/core/patterns/',
  'test/adapters/dynamodb/',
  'test/local/',
];

/** Nothing is known of how long files take where they never ran, and the size of a file says little about it. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((path) => moduleId.includes(`/${path}`));
    const place = (one: TestSpecification) => (one.project.name === 'alone' ? 0 : isLong(one) ? 1 : 2);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    env: { CDK_VALIDATION: 'false', AWS_REGION: 'eu-central-1' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    setupFiles: ['test/generated-cases.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    unstubEnvs: true,
    // Node reads the files itself, as it does for the CLI and the local run; nothing here is mocked by its module.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // One more than there are processors: many files wait for sockets, programs and browsers. Each worker loads and warms the same code.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      // The others leave nothing behind in their process: they share one, which reads what they import once.
      { extends: true, test: { name: 'shared', include: TESTS, exclude: ALONE, isolate: false } },
    ],
  },
});
