import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { userOf } from '../../../local/gateway/own-user.ts';
import { mayRead } from '../../../local/pages/may-read.ts';
import { operatorOf, runFixture } from '../fixture-stack.ts';
import type { IncomingMessage } from 'node:http';

const NOBODY = 65_534;
const PAGES = ['/', '/local/mail', '/local/mail.json', '/local/queues.json'];

test('the user who runs the gateway reads its pages without another word', async () => {
  const run = await runFixture();
  for (const path of PAGES) expect((await fetch(run.url + path)).status, path).toBe(200);
});

// Only root can ask as somebody else.
describe.skipIf(process.getuid?.() !== 0)('another user of the machine', () => {
  test('needs the key of the manifest', async () => {
    const run = await runFixture();
    const { accessKeyId, secretAccessKey } = operatorOf(run);
    const ask = async (path: string, ...more: string[]): Promise<string> => {
      const asked = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', ...more, run.url + path];
      const { stdout } = await promisify(execFile)('curl', asked, { uid: NOBODY, gid: NOBODY, cwd: '/' });
      return stdout;
    };
    for (const path of PAGES) {
      expect(await ask(path), path).toBe('401');
      expect(await ask(path, '-u', `${accessKeyId}:wrong`), path).toBe('401');
      expect(await ask(path, '-u', `${accessKeyId}:${secretAccessKey}`), path).toBe('200');
    }
    // The ingestion is open to everybody: its sources have credentials of their own.
    expect(await ask('/v1/ingest/a', '-X', 'POST')).toBe('200');
  });
});

test('where the system does not tell who asks, the key is asked for', async () => {
  const operator = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'a-secret' };
  const asking = (authorization?: string): IncomingMessage =>
    ({ headers: { authorization }, socket: {} }) as unknown as IncomingMessage;
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(await mayRead(asking(), operator)).toBe(false);
  expect(await mayRead(asking(basic('AKIALOCAL:other')), operator)).toBe(false);
  expect(await mayRead(asking(basic('AKIALOCAL:a-secret')), operator)).toBe(true);
});

/** As the kernel writes it: https://docs.kernel.org/networking/proc_net_tcp.html */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0000000000000000 100 0 0 10 0
   1: 0100007F:D431 0100007F:0FA0 01 00000000:00000000 00:00000000 00000000  1001        0 31338 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:D432 0100007F:0FA0 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0000000000000000
   3: 0100007F:0FA0 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 31339 1 0000000000000000 20 4 30 10 -1
`;

test.each([
  ['the socket of the asker', 0xd431, 4000, 1001],
  ['a socket that is closed, which stands there as that of root', 0xd432, 4000, undefined],
  ['another port', 0xd433, 4000, undefined],
  ['our own side', 4000, 0xd431, 1000],
])('finds the user of %s', (_what, from, to, uid) => {
  expect(userOf(TABLE, from, to)).toBe(uid);
});
