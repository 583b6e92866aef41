import { defineConfig } from 'vitest/config';

const TESTS = ['test/**/*.test.ts'];
/** Start programs and wait for them, or measure or change their process: each has one to itself. */
const ALONE = [
  'test/browser/**',
  'test/e2e/**',
  'test/adapters/aws/**',
  'test/adapters/https/ssrf.test.ts',
  'test/core/ingest/memory.test.ts',
  'test/docs/readme.test.ts',
  'test/local/main.test.ts',
];

export default defineConfig({
  test: {
    env: { CDK_VALIDATION: 'false', AWS_REGION: 'eu-central-1' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    unstubEnvs: true,
    // Unless told, one processor is left idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ALONE.map((path) => path.replace(/\*\*$/, '**/*.test.ts')) },
      },
      // The others leave nothing behind in their process: they share one, which reads what they import once.
      { extends: true, test: { name: 'shared', include: TESTS, exclude: ALONE, isolate: false } },
    ],
  },
});
