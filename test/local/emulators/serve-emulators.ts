import { onTestFinished } from 'vitest';
import { systemClock } from '../../../local/clock.ts';
import { LOCAL_ACCOUNT } from '../../../local/emulators/account.ts';
import { openDatabase } from '../../../local/emulators/database.ts';
import { openEmulators } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { createAwsEndpoint } from '../../../local/gateway/aws-endpoint.ts';
import { listenOnLoopback } from '../../../local/gateway/loopback-server.ts';
import { TEST_OPERATOR } from '../fixture-stack.ts';
import { createAccessCheck } from '../../../local/runtime/access-check.ts';

/** A clock that stands still until it is told to go on. */
export type TestClock = { now(): number; advance(ms: number): void };

/** Emulators in memory behind a real socket, with a clock of the test's own. */
export async function serveEmulators(): Promise<{ url: string; emulators: Emulators; clock: TestClock }> {
  let nowMs = Date.parse('2026-11-21T12:00:00Z');
  const clock = {
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
  const server = await listenOnLoopback(0);
  const emulators = openEmulators({
    db: openDatabase(':memory:'),
    clock,
    account: LOCAL_ACCOUNT,
    baseUrl: () => server.url,
  });
  server.serve(createAwsEndpoint(emulators, createAccessCheck(TEST_OPERATOR), systemClock));
  onTestFinished(async () => {
    await server.close();
    await emulators.close();
  });
  return { url: server.url, emulators, clock };
}
