import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { diskProblem } from '../../local/disk-problem.ts';
import type { AccessKeys } from '../../local/runtime/access-check.ts';
import { clientSettings, fixtureTemplate, temporaryFolder, writeAssembly } from './fixture-stack.ts';
import { NODE_ENVIRONMENT } from '../node-environment.ts';

const MAIN = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

type Ended = { code: number | null; stdout: string; stderr: string };
type Started = { child: ChildProcess; ready: Promise<string>; ended: Promise<Ended> };

/** Starts the command as `npm start` does; with a limit, no file of it may grow beyond so many blocks of 512 bytes. */
function start(args: string[], env: Record<string, string> = {}, blocks = 'unlimited'): Started {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN, ...args];
  const child = spawn('sh', ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', ...command], {
    env: { ...NODE_ENVIRONMENT, ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  const ready = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const url = /^tocsin ready (\S+)$/m.exec(stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  return { child, ready, ended };
}

function fixtureArguments(dataDir: string, assembly = join(dataDir, 'assembly')): string[] {
  writeAssembly(assembly, fixtureTemplate());
  return ['--port', '0', '--data', dataDir, '--assembly', assembly];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('assembly'))
    .map((entry) => join(entry.parentPath, entry.name));
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'says when it is ready, alone on stdout, and ends with 0 on %s',
  async (signal) => {
    const dataDir = temporaryFolder();
    const { child, ready, ended } = start(fixtureArguments(dataDir));
    const url = await ready;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/v1/ingest/a`, { method: 'POST' })).status).toBe(200);
    const readableByOthers = filesBelow(dataDir).filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(readableByOthers).toEqual([]);
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stdout).toBe(`tocsin ready ${url}\n`);
    expect(stderr).toContain('starting 3 queues, 1 table, 3 functions…');
    expect(stderr).toContain('TOCSIN_EGRESS_ALLOW is 127.0.0.0/8,::1/128');
  },
);

test('messages and items written before a kill -9 are there after it, and the folder is free', async () => {
  const dataDir = temporaryFolder();
  const args = fixtureArguments(dataDir);
  const first = start(args);
  let url = await first.ready;
  // One key for both runs: a shell that has it goes on.
  const { credentials } = JSON.parse(readFileSync(join(dataDir, 'manifest.json'), 'utf8')) as {
    credentials: AccessKeys;
  };
  const settings = () => ({ ...clientSettings(url), credentials });
  const TableName = 'Fixture-Table';
  const queue = (): string => `${url}/000000000000/Fixture-other`;
  for (let index = 0; index < 20; index += 1) {
    const MessageBody = `m${index}`;
    await new SQSClient(settings()).send(new SendMessageCommand({ QueueUrl: queue(), MessageBody }));
    const Item = { pk: { S: MessageBody } };
    await new DynamoDBClient(settings()).send(new PutItemCommand({ TableName, Item }));
  }
  first.child.kill('SIGKILL');
  await first.ended;
  url = await start(args).ready;
  const bodies = new Set<string>();
  for (let round = 0; round < 2; round += 1) {
    const receive = new ReceiveMessageCommand({ QueueUrl: queue(), MaxNumberOfMessages: 10 });
    const { Messages = [] } = await new SQSClient(settings()).send(receive);
    for (const { Body = '' } of Messages) bodies.add(Body);
  }
  expect(bodies.size).toBe(20);
  for (const body of bodies) {
    const get = new GetItemCommand({ TableName, Key: { pk: { S: body } } });
    expect((await new DynamoDBClient(settings()).send(get)).Item).toBeDefined();
  }
});

const queueAt = (url: string): string => `${url}/000000000000/Fixture-other`;

/** Sends messages of so many characters until one is refused: those that were accepted, and how the run ended. */
async function untilRefused(run: Started, dataDir: string, characters: number) {
  const url = await run.ready;
  const { credentials } = JSON.parse(readFileSync(join(dataDir, 'manifest.json'), 'utf8')) as {
    credentials: AccessKeys;
  };
  const client = (at: string) => new SQSClient({ ...clientSettings(at), credentials });
  const filler = 'x'.repeat(characters);
  const accepted: string[] = [];
  const fill = async (index: number): Promise<void> => {
    const message = { QueueUrl: queueAt(url), MessageBody: `${index} ${filler}` };
    await client(url).send(new SendMessageCommand(message));
    accepted.push(String(index));
    if (index < 100) await fill(index + 1);
  };
  await expect(fill(0)).rejects.toBeInstanceOf(Error);
  return { accepted, client, ...(await run.ended) };
}

test('a file that may not grow ends it with one line, and nothing accepted is lost', async () => {
  const dataDir = temporaryFolder();
  const args = fixtureArguments(dataDir, temporaryFolder());
  const limited = start(args, {}, '8000');
  const { accepted, client, code, stderr } = await untilRefused(limited, dataDir, 300_000);
  expect(code).toBe(1);
  expect(stderr.split('\n').filter((line) => line.includes('cannot be written'))).toEqual([
    `tocsin: ${dataDir} cannot be written (disk I/O error); start again when it can, what was accepted is kept`,
  ]);
  const again = await start(args).ready;
  const found = new Set<string>();
  const receive = { QueueUrl: queueAt(again), MaxNumberOfMessages: 10 };
  while (found.size < accepted.length) {
    const { Messages = [] } = await client(again).send(new ReceiveMessageCommand(receive));
    expect(Messages.length).toBeGreaterThan(0);
    for (const { Body = '' } of Messages) found.add(Body.split(' ')[0] ?? '');
  }
  expect([...found].toSorted()).toEqual(expect.arrayContaining(accepted.toSorted()));
});

// A device of Linux, to which nothing can be written.
test.skipIf(!existsSync('/dev/full'))('a log that takes no more lines ends it with one line', async () => {
  const dataDir = temporaryFolder();
  const { ready, ended } = start(fixtureArguments(dataDir));
  const url = await ready;
  const log = join(dataDir, 'logs', 'Fixture-api.log');
  rmSync(log);
  symlinkSync('/dev/full', log);
  await fetch(`${url}/v1/ingest/a?do=log`, { method: 'POST' }).catch(() => undefined);
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr.split('\n').filter((line) => line.includes('is full;'))).toEqual([
    `tocsin: the disk of ${dataDir} is full; free some space and start again, what was accepted is kept`,
  ]);
});

// Only root can make a small disk.
const IS_ROOT = process.getuid?.() === 0;

describe.skipIf(!IS_ROOT)('a small disk', () => {
  test('a disk that items fill ends it with one line', async () => {
    const disk = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const dataDir = join(disk, 'data');
    const { ready, ended } = start(fixtureArguments(dataDir, temporaryFolder()));
    const endpoint = await ready;
    const { credentials } = JSON.parse(readFileSync(join(dataDir, 'manifest.json'), 'utf8')) as {
      credentials: AccessKeys;
    };
    const client = new DynamoDBClient({ ...clientSettings(endpoint), credentials });
    const fill = async (index: number): Promise<void> => {
      const Item = { pk: { S: `item-${index}` }, filler: { B: randomBytes(300_000) } };
      await client.send(new PutItemCommand({ TableName: 'Fixture-Table', Item }));
      if (index < 200) await fill(index + 1);
    };
    await expect(fill(0)).rejects.toBeInstanceOf(Error);
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr.match(/^tocsin: the disk of .* is full; /gm)).toHaveLength(1);
  });

  test('a full disk ends it with one line, and nothing accepted is lost', async () => {
    const disk = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
    const dataDir = join(disk, 'data');
    const args = fixtureArguments(dataDir, temporaryFolder());
    const { accepted, client, code, stderr } = await untilRefused(start(args), dataDir, 500_000);
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => line.includes('is full;'))).toEqual([
      `tocsin: the disk of ${dataDir} is full; free some space and start again, what was accepted is kept`,
    ]);
    rmSync(ballast);
    const again = await start(args).ready;
    const found: string[] = [];
    const receive = { QueueUrl: `${again}/000000000000/Fixture-other`, MaxNumberOfMessages: 10 };
    while (found.length < accepted.length) {
      const { Messages = [] } = await client(again).send(new ReceiveMessageCommand(receive));
      expect(Messages.length).toBeGreaterThan(0);
      found.push(...Messages.map(({ Body = '' }) => Body.split(' ')[0] ?? ''));
    }
    expect(new Set(found)).toEqual(new Set(accepted));
  });
});

const sqlite = (errcode: number, message = 'x') =>
  Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });

test.each<readonly [error: unknown, expected: string | undefined]>([
  [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'is full;'],
  [Object.assign(new Error('x'), { code: 'EDQUOT' }), 'is full;'],
  [sqlite(13, 'database or disk is full'), 'is full;'],
  [new Error('write', { cause: new Error('IO error: 000003.log: No space left on device') }), 'is full;'],
  [Object.assign(new Error('x'), { code: 'EFBIG' }), 'cannot be written'],
  [Object.assign(new Error('x'), { code: 'EROFS' }), 'cannot be written'],
  [Object.assign(new Error('x'), { code: 'EIO' }), 'cannot be written'],
  // SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_READONLY_DBMOVED, SQLITE_CANTOPEN
  ...[778, 1_034, 1_032, 14].map((code) => [sqlite(code), 'cannot be written'] as const),
  [new Error('receiving', { cause: sqlite(10) }), 'cannot be written'],
  ...[11, 267, 26].map((code) => [sqlite(code), 'is damaged'] as const),
  [sqlite(5, 'database is locked'), undefined],
  [sqlite(19, 'constraint'), undefined],
  [new Error('connect ECONNREFUSED'), undefined],
  ['No space left on device', undefined],
])('knows what is wrong with the disk by its error: %s %s', (error, expected) => {
  const problem = diskProblem(error, '/data');
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(expected);
});

const oneLine = (line: RegExp): RegExp => new RegExp(`^tocsin: ${line.source}\n$`);

test('a taken port is one line and exit 1', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    taken.close();
  });
  const { port } = taken.address() as AddressInfo;
  const { code, stdout, stderr } = await start(['--port', String(port), '--data', temporaryFolder()]).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(oneLine(/port \d+ is already in use; choose another with --port/));
});

test('a data folder that another run has is one line and exit 1', async () => {
  const args = fixtureArguments(temporaryFolder());
  await start(args).ready;
  const { code, stderr } = await start(args).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(oneLine(/the data folder \S+ is in use by another local run; .*/));
});

test('a data folder that cannot be one is one line and exit 1', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const { code, stderr } = await start(['--port', '0', '--data', file]).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(oneLine(/cannot use the data folder \S+file: EEXIST.*/));
});

test('a data folder that an earlier version wrote is one line and exit 1', async () => {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, 'dynamodb'));
  const { code, stderr } = await start(['--port', '0', '--data', dataDir]).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(oneLine(/the data folder \S+ holds tables of an earlier version \(dynamodb\).*/));
});

test('a broken template is one line and exit 1', async () => {
  const dataDir = temporaryFolder();
  const args = fixtureArguments(dataDir);
  writeFileSync(join(dataDir, 'assembly', 'Fixture.template.json'), '{"Resources": {');
  const { code, stderr } = await start(args).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(oneLine(/cannot read \S+Fixture\.template\.json: .*/));
});

test.each([
  [['--port', 'abc'], /--port abc is not a port; expected 0 to 65535/],
  [['--port', '70000'], /--port 70000 is not a port.*/],
  [['--mails-per-day', '-1'], /.*--mails-per-day.*/],
  [['--mails-per-day', 'many'], /--mails-per-day many is not a number of mails; expected 0 or more/],
  [['--nonsense'], /Unknown option '--nonsense'.*/],
])('wrong arguments %j are one line and exit 1', async (args, line) => {
  const { code, stderr } = await start(args).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(oneLine(line));
});

test('refuses NODE_ENV=production before it touches anything', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const { code, stderr } = await start(['--port', '0', '--data', dataDir], { NODE_ENV: 'production' }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(oneLine(/the local run refuses to start with NODE_ENV=production.*/));
  expect(() => readFileSync(dataDir)).toThrow('ENOENT');
});
