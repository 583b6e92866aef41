import { defineConfig } from 'vitest/config';

/** Tests of pure functions leave nothing behind in their process: they share one, which reads what they import once. */
const PURE = ['test/core/**/*.test.ts'];
/** Measures its process, and so has one to itself. */
const ALONE = ['test/core/ingest/memory.test.ts'];

export default defineConfig({
  test: {
    env: { CDK_VALIDATION: 'false', AWS_REGION: 'eu-central-1' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Unless told, one processor is left idle.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'core', include: PURE, exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: PURE } },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
