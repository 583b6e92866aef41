/** Where the emulators read the time, in epoch milliseconds. Timers stay real. */
export type Clock = { now(): number };

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };
