import { describe, expect, it } from 'vitest';
import type { ConsoleOptions } from '../../cli/io.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

const URL = 'http://127.0.0.1:4040/?token=abc';

async function tocsin(argv: string[], because?: string) {
  const served: ConsoleOptions[] = [];
  const ran = await run(['console', ...argv], {
    gateway: memoryGateway(),
    serveConsole: async (options) => {
      served.push(options);
      return { url: URL, readOnlyBecause: because, ended: Promise.resolve() };
    },
  });
  return { ...ran, served };
}

describe('console', () => {
  it('is served on its usual port, says where, and ends when it is told to', async () => {
    const { code, stdout, stderr, served } = await tocsin(['--data', '.other']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `console ${URL}\n`, stderr: '' });
    expect(served).toMatchObject([{ port: 4040, isReadOnly: false, target: { data: '.other' } }]);
  });

  it('says the same to a script, as one document', async () => {
    const { stdout } = await tocsin(['--json', '--port', '0', '--read-only'], 'it was asked for');
    expect(JSON.parse(stdout)).toEqual({ url: URL, read_only_because: 'it was asked for' });
  });

  it('says why it only looks', async () => {
    const { stderr, served } = await tocsin(['--read-only'], 'your identity may not write');
    expect(stderr).toBe('read-only: your identity may not write\n');
    expect(served).toMatchObject([{ isReadOnly: true }]);
  });

  it.each(['65536', 'x', '-1', '1.5'])('refuses the port %s', async (port) => {
    const { code, stderr, served } = await tocsin([`--port=${port}`]);
    expect([code, served]).toEqual([2, []]);
    expect(stderr).toContain('expected 0 to 65535');
  });

  it('says what to do about a port that is taken', async () => {
    const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
    const ran = await run(['console'], {
      gateway: memoryGateway(),
      serveConsole: async () => Promise.reject(taken),
    });
    expect([ran.code, ran.stderr]).toEqual([
      1,
      'error: port 4040 is already in use; choose another with --port\n',
    ]);
  });
});
