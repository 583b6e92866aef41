import { expect, it } from 'vitest';
import { isTimeOver, withinTime } from '../../../functions/core/ingest/within-time.ts';

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

it('gives what the work gives', () => {
  expect(withinTime(1_000, () => ({ a: 1 }))).toEqual({ a: 1 });
});

it('throws what the work throws, which is not that the time is over', () => {
  const thrown = new TypeError('x');
  const error = errorOf(() =>
    withinTime(1_000, () => {
      throw thrown;
    }),
  );
  expect(error).toBe(thrown);
  expect(isTimeOver(error)).toBe(false);
});

it('ends a regular expression that backtracks for ever, and a loop', () => {
  const backtracks = () => /^(?:a+)+$/u.test(`${'a'.repeat(60)}!`);
  expect(isTimeOver(errorOf(() => withinTime(20, backtracks)))).toBe(true);
  const circles = () => {
    for (;;);
  };
  expect(isTimeOver(errorOf(() => withinTime(20, circles)))).toBe(true);
});

it.each([[undefined], [null], ['ERR_SCRIPT_EXECUTION_TIMEOUT'], [new Error('x')]])(
  'knows the end of the time by its code: %s',
  (error) => {
    expect(isTimeOver(error)).toBe(false);
  },
);
