import { describe, expect, test } from 'vitest';
import { createEnvironmentLooks } from '../../../local/runtime/environment-looks.ts';
import type { LambdaEnvironment } from '../../../local/runtime/lambda-environment.ts';

/** An environment that has computed so many ms more each time it is asked. */
function computing(moreMs: () => number): LambdaEnvironment {
  let computedMs = 0;
  return { computedMs: () => (computedMs += moreMs()) } as unknown as LambdaEnvironment;
}

const idle = computing(() => 0.4);
const busy = computing(() => 0.5);

describe('looks at environments in use', () => {
  test('count those in a row at which one computed nearly nothing', async () => {
    const looks = createEnvironmentLooks();
    let moreMs = 0;
    const now = computing(() => moreMs);
    for (const environment of [idle, busy, now]) looks.begin(environment);
    for (let look = 1; look <= 3; look += 1) await looks.looked();
    expect([idle, busy, now].map(looks.idleLooks)).toEqual([3, 0, 3]);
    moreMs = 1;
    await looks.looked();
    expect([idle, busy, now].map(looks.idleLooks)).toEqual([4, 0, 0]);
    expect(looks.count()).toBe(4);
    for (const environment of [idle, busy, now]) looks.end(environment);
  });

  test('begin again with each invocation', async () => {
    const looks = createEnvironmentLooks();
    looks.begin(idle);
    await looks.looked();
    looks.end(idle);
    expect(looks.idleLooks(idle)).toBe(0);
    looks.begin(idle);
    expect(looks.idleLooks(idle)).toBe(0);
    looks.end(idle);
  });

  test('end with the last one in use', async () => {
    const looks = createEnvironmentLooks();
    let asked = 0;
    const environment = computing(() => (asked += 1));
    looks.begin(environment);
    await looks.looked();
    looks.end(environment);
    const before = asked;
    await looks.looked();
    expect(asked).toBe(before);
  });
});

test('the machine is busy when the thread of the emulators was, or when a look came late', async () => {
  const looks = createEnvironmentLooks();
  const looking = looks.looked();
  const untilMs = performance.now() + 60;
  while (performance.now() < untilMs);
  await looking;
  expect(looks.machineIsBusy()).toBe(true);
});
