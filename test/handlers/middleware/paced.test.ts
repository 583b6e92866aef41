import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { paced } from '../../../functions/handlers/middleware/paced.ts';

/** An environment whose work takes so many milliseconds of its clock, and what it waited beyond. */
function anEnvironment(workMs = 10) {
  const clock = { at: 1_000_000, now: () => clock.at };
  const waits: number[] = [];
  const after = (ms: number, run: () => void) => {
    waits.push(ms);
    clock.at += ms;
    run();
    return () => {};
  };
  const handler = middy<SQSEvent, string>()
    .use(paced({ clock, timer: { after } }))
    .handler(async () => {
      clock.at += workMs;
      return 'done';
    });
  const invoke = async (messages: number) =>
    handler({ Records: Array.from({ length: messages }, () => ({})) } as SQSEvent, {} as Context);
  return { clock, waits, invoke };
}

describe('an invocation that is paced', () => {
  test('does not wait at rest: the one before ended a while ago', async () => {
    const { clock, waits, invoke } = anEnvironment();
    for (let times = 0; times < 3; times += 1) {
      expect(await invoke(1)).toBe('done');
      clock.at += 150;
    }
    expect(waits).toEqual([]);
  });

  test('lasts 150 ms when it follows closely on another, and its answer stays', async () => {
    const { clock, waits, invoke } = anEnvironment();
    await invoke(1);
    clock.at += 149;
    expect(await invoke(3)).toBe('done');
    expect(await invoke(3)).toBe('done');
    expect(waits).toEqual([140, 140]);
  });

  test('does not wait with a full batch: there is more than enough to do', async () => {
    const { waits, invoke } = anEnvironment();
    await invoke(10);
    await invoke(10);
    expect(waits).toEqual([]);
  });

  test('does not wait when its work took as long', async () => {
    const { waits, invoke } = anEnvironment(150);
    await invoke(1);
    await invoke(1);
    expect(waits).toEqual([]);
  });
});
