import { randomUUID } from 'node:crypto';
import { LONGEST_TIMER_MS, wholeSecond } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Account } from '../emulators/account.ts';
import { StartError } from '../start-error.ts';
import type { LambdaFunction } from './lambda-function.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The period of a schedule, in ms: `rate(5 minutes)` → 300,000.
 *
 * @throws {StartError} for cron(...) and at(...), which the local run does not follow
 */
export function schedulePeriodMs(expression: string, where: string): number {
  const match = /^rate\((\d{1,6}) (minute|hour|day)s?\)$/.exec(expression);
  const periodMs = Number(match?.[1] ?? 0) * (UNIT_MS[match?.[2] ?? ''] ?? 0);
  if (periodMs <= 0) {
    throw new StartError(`${where}: the local run follows rate(…) schedules only; got ${expression}`);
  }
  return periodMs;
}

export type Schedule = ReturnType<typeof startSchedule>;

/** Invokes a function every period, the first time after one period, as EventBridge does. */
export function startSchedule(options: {
  ruleArn: string;
  source: 'aws.events' | 'aws.scheduler';
  periodMs: number;
  /** The JSON that the function gets instead of the usual event. */
  input?: string | undefined;
  lambda: LambdaFunction;
  account: Account;
  clock: Clock;
}) {
  const { lambda, account, clock } = options;
  const usualEvent = (): unknown => ({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: options.source,
    account: account.accountId,
    time: wholeSecond(clock.now()),
    region: account.region,
    resources: [options.ruleArn],
    detail: {},
  });
  const run = async (): Promise<void> => {
    const event = options.input === undefined ? usualEvent() : (JSON.parse(options.input) as unknown);
    await lambda.invoke(event, 'clock');
  };
  const timer = setInterval(() => void run(), Math.min(options.periodMs, LONGEST_TIMER_MS));
  return {
    functionName: lambda.name,
    run,
    stop: (): void => {
      clearInterval(timer);
    },
  };
}
