import { defineConfig } from 'vitest/config';

/** Tests that leave nothing behind in their process, so that one process reads what they import once. */
const SHARED = [
  'test/core',
  'test/cli',
  'test/handlers',
  'test/contracts',
  'test/cdk',
  'test/adapters/memory',
];
const TESTS = '**/*.test.ts';

export default defineConfig({
  test: {
    env: { CDK_VALIDATION: 'false', AWS_REGION: 'eu-central-1' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Unless told, one processor is left alone.
    maxWorkers: '100%',
    unstubEnvs: true,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: SHARED.map((folder) => `${folder}/${TESTS}`),
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: [`test/${TESTS}`],
          exclude: SHARED.map((folder) => `${folder}/${TESTS}`),
        },
      },
    ],
  },
});
