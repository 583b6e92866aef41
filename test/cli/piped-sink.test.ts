import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { pipedSink } from '../../cli/piped-sink.ts';
import { memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

const broken = (code: string) => Object.assign(new Error(`write ${code}`), { code });

function aPipe() {
  const stream = new PassThrough({ highWaterMark: 4 });
  return { stream, sink: pipedSink(stream as unknown as NodeJS.WriteStream) };
}

describe('standard output', () => {
  it('whose reader has gone takes what is written, and holds nobody up', async () => {
    const { stream, sink } = aPipe();
    sink.write('more than the pipe takes');
    const drained = sink.drained?.();
    stream.emit('error', broken('EPIPE'));
    await drained;
    expect(sink.isGone).toBe(true);
    sink.write('more');
    await sink.drained?.();
    expect(String(stream.read())).toBe('more than the pipe takes');
  });

  it('waits for a reader who is slower', async () => {
    const { stream, sink } = aPipe();
    sink.write('more than the pipe takes');
    let isDrained = false;
    const drained = sink.drained?.().then(() => (isDrained = true));
    await Promise.resolve();
    expect(isDrained).toBe(false);
    stream.resume();
    await drained;
    expect(sink.isGone).toBe(false);
  });

  it('says so when anything else goes wrong', () => {
    const { stream } = aPipe();
    expect(() => stream.emit('error', broken('ENOSPC'))).toThrow('ENOSPC');
  });

  it('ends what would go on for ever when its reader has gone', async () => {
    const stdout = { write: () => true, isGone: false };
    let now = NOW;
    const { code } = await run(['status', '--watch'], {
      gateway: memoryGateway(),
      stdout,
      clock: { now: () => now },
      sleep: async (ms) => {
        now += ms;
        if (now >= NOW + 15_000) stdout.isGone = true;
      },
    });
    expect(code).toBe(0);
    expect(now).toBe(NOW + 15_000);
  });
});
