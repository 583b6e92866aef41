import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import type { LocalRun } from '../../../local/local-run-options.ts';
import { clientSettings, runFixture } from '../fixture-stack.ts';

const ask = (run: LocalRun, wanted: string, body = ''): Promise<Response> =>
  fetch(`${run.url}/v1/ingest/a?do=${wanted}`, { method: 'POST', body });

async function environmentOf(run: LocalRun): Promise<{ environmentId: string; env: Record<string, string> }> {
  return (await (await ask(run, 'environment')).json()) as {
    environmentId: string;
    env: Record<string, string>;
  };
}

/** What is waited for is the start or the end of a thread, on a machine that may be busy. */
const PATIENCE = { timeout: 20_000, interval: 20 };

test('no environment runs until something invokes, and an unused one ends', async () => {
  const run = await runFixture({ idleEnvironmentMs: 50 });
  expect(run.environments()).toBe(0);
  await ask(run, 'echo');
  await vi.waitFor(() => {
    expect(run.environments()).toBe(0);
  }, PATIENCE);
});

test('an environment that the clock used ends before one that was called', async () => {
  const run = await runFixture({ idleEnvironmentMs: 1_000 });
  await ask(run, 'echo');
  await run.runSchedules('Fixture-watch');
  expect(run.environments()).toBe(2);
  await vi.waitFor(() => {
    expect(run.environments()).toBe(1);
  }, PATIENCE);
});

test('one invocation after the other runs in the same environment, two that last in two', async () => {
  const run = await runFixture();
  const first = await environmentOf(run);
  expect((await environmentOf(run)).environmentId).toBe(first.environmentId);
  const both = await Promise.all([ask(run, 'meet'), ask(run, 'meet')]);
  const ids = await Promise.all(
    both.map(async (answer) => ((await answer.json()) as { environmentId: string }).environmentId),
  );
  expect(new Set(ids).size).toBe(2);
});

test('past its environments at most, invocations wait', async () => {
  const run = await runFixture({ maxEnvironments: 1 });
  const answers = await Promise.all([ask(run, 'pause'), ask(run, 'pause'), ask(run, 'pause')]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect(run.environments()).toBe(1);
});

test('each queue of a function has environments of its own: one that is held up holds up no other', async () => {
  const run = await runFixture({
    maxEnvironments: 1,
    change: ({ Resources }) => {
      const { Properties } = Resources['WorkMapping'] as { Properties: object };
      const other = { 'Fn::GetAtt': ['Other', 'Arn'] };
      Resources['OtherMapping'] = {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { ...Properties, EventSourceArn: other },
      };
      const { Properties: role } = Resources['workRole'] as {
        Properties: { Policies: { PolicyDocument: { Statement: object[] } }[] };
      };
      role.Policies[0]?.PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'sqs:*', Resource: other });
    },
  });
  const sqs = new SQSClient(clientSettings(run));
  for (const name of ['work', 'other']) {
    const QueueUrl = `${run.url}/000000000000/Fixture-${name}`;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'pause' }));
  }
  await vi.waitFor(() => {
    expect(run.environments()).toBe(2);
  }, PATIENCE);
  sqs.destroy();
});

test('a function sees the variables of Lambda and of the template, and nothing of this process', async () => {
  vi.stubEnv('SECRET_OF_THE_SHELL', 'leaked');
  const run = await runFixture({ egressAllow: '127.0.0.0/8' });
  const { env } = await environmentOf(run);
  vi.unstubAllEnvs();
  expect(env).toMatchObject({
    AWS_ENDPOINT_URL: run.url,
    AWS_LAMBDA_FUNCTION_NAME: 'Fixture-api',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_REGION: 'eu-central-1',
    TABLE: run.manifest.table,
    TOCSIN_EGRESS_ALLOW: '127.0.0.0/8',
    TZ: ':UTC',
    WORK_QUEUE_URL: `${run.url}/000000000000/Fixture-work`,
  });
  const names = Object.keys(env).filter((name) => !/^(AWS_|TOCSIN_|TZ$)/.test(name));
  expect(names.sort()).toEqual(['OTHER_QUEUE_URL', 'TABLE', 'WORK_QUEUE_URL']);
});

test('without an egress list the functions get none', async () => {
  const { env } = await environmentOf(await runFixture());
  expect(env).not.toHaveProperty('TOCSIN_EGRESS_ALLOW');
});

test('an invocation past its timeout is ended, and the next one gets a new environment', async () => {
  const errors: string[] = [];
  const run = await runFixture({
    onError: (line) => errors.push(line),
    change: (template) => {
      // Long enough for a call that ends, on a machine that is busy.
      Object.assign(template.Resources['api']?.['Properties'] as object, { Timeout: 3 });
    },
  });
  const before = await environmentOf(run);
  expect((await ask(run, 'slow')).status).toBe(500);
  expect(errors).toEqual([
    expect.stringMatching(/^Fixture-api failed: Sandbox\.Timedout: .* Task timed out after 3\.00 seconds$/),
  ]);
  expect((await environmentOf(run)).environmentId).not.toBe(before.environmentId);
});

test('a function that takes more memory than it has ends alone', async () => {
  const errors: string[] = [];
  const run = await runFixture({
    onError: (line) => errors.push(line),
    change: (template) => {
      Object.assign(template.Resources['api']?.['Properties'] as object, { MemorySize: 128, Timeout: 60 });
    },
  });
  expect((await ask(run, 'memory')).status).toBe(500);
  expect(errors).toEqual([expect.stringContaining('Runtime.OutOfMemory')]);
  expect((await ask(run, 'echo')).status).toBe(200);
});

test('what a function prints and what it throws is in its log, for the owner only', async () => {
  const errors: string[] = [];
  const run = await runFixture({ onError: (line) => errors.push(line) });
  await ask(run, 'log');
  await ask(run, 'throw');
  const path = join(run.dataDir, 'logs', 'Fixture-api.log');
  await vi.waitFor(() => {
    const log = readFileSync(path, 'utf8');
    expect(log).toContain('a line of the api function\n');
    expect(log).toContain('thrown on purpose');
  }, PATIENCE);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(errors).toEqual(['Fixture-api failed: Error: thrown on purpose']);
});

test('a bundle without the handler says so', async () => {
  const errors: string[] = [];
  const run = await runFixture({
    onError: (line) => errors.push(line),
    change: (template) => {
      Object.assign(template.Resources['api']?.['Properties'] as object, { Handler: 'index.missing' });
    },
  });
  expect((await ask(run, 'echo')).status).toBe(500);
  expect(errors).toEqual([
    'Fixture-api failed: Runtime.HandlerNotFound: index.missing is undefined or not exported',
  ]);
});

test('an environment with a share of a processor waits for what it computed beyond it', async () => {
  const run = await runFixture({ cpuShare: 0.25 });
  const { cpuMs, tookMs } = (await (await ask(run, 'compute')).json()) as { cpuMs: number; tookMs: number };
  // It has waited for three times as long as it computed, but after its last turns.
  expect(tookMs).toBeGreaterThan(2.5 * cpuMs);
});

test('an environment can be killed in the middle of an invocation, and the next one has another', async () => {
  const run = await runFixture();
  expect(run.kill('api')).toBe(false);
  const killed = ask(run, 'slow');
  await vi.waitFor(() => {
    expect(run.kill('api')).toBe(true);
  }, PATIENCE);
  expect((await killed).status).toBe(500);
  expect((await ask(run, 'echo')).status).toBe(200);
});
