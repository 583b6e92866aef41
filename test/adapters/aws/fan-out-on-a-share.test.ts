import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type AwsCall, awsFake } from '../aws-fake.ts';

/** What a function with 512 MB gets of a processor: 512 / 1,769 (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const SHARE = 0.29;
const PERIOD_MS = 100;
const CALL_MS = 15;

/** Lets a process run for its share of each period, as the kernel's scheduler does it with a quota. */
function onAShare(child: ChildProcess): void {
  let timer: NodeJS.Timeout;
  const turn = (isRunning: boolean) => {
    child.kill(isRunning ? 'SIGCONT' : 'SIGSTOP');
    timer = setTimeout(turn, PERIOD_MS * (isRunning ? SHARE : 1 - SHARE), !isRunning);
  };
  turn(true);
  onTestFinished(() => clearTimeout(timer));
}

test(
  '10,000 alerts are sent and stored with 15 ms per call and 0.29 of a processor',
  { timeout: 240_000 },
  async () => {
    const sent = new Set<string>();
    const stored = new Set<string>();
    const aws = await awsFake(async ({ operation, body }: AwsCall) => {
      await sleep(CALL_MS);
      if (operation === 'SendMessageBatch') {
        const { Entries } = JSON.parse(body) as { Entries: { Id: string; MessageBody: string }[] };
        for (const { MessageBody } of Entries) sent.add(MessageBody.split(' ')[0] ?? '');
        return { body: JSON.stringify({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] }) };
      }
      // Whether an alert lies somewhere already; none does.
      if (operation === 'BatchGetItem') return { body: JSON.stringify({ Responses: { Tocsin: [] } }) };
      const { RequestItems } = JSON.parse(body) as {
        RequestItems: Record<string, { PutRequest: { Item: { pk: { S: string } } } }[]>;
      };
      for (const { PutRequest } of RequestItems['Tocsin'] ?? []) stored.add(PutRequest.Item.pk.S);
      return { body: '{}' };
    });
    onTestFinished(async () => aws.close());

    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        fileURLToPath(new URL('fan-out-child.ts', import.meta.url)),
        aws.endpoint,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    onAShare(child);
    await once(child, 'exit');
    expect(await said).toEqual(['done', '']);
    expect([sent.size, stored.size]).toEqual([10_000, 10_000]);
  },
);
