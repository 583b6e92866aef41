/**
 * When functions that remember configuration use a change of it (`TTL_MS` in
 * `functions/adapters/memory/cached-configuration.ts`).
 */
export const TAKES_EFFECT = 'within five seconds';

/** When they do so where the note of a new secret could not be stored (`noteNewSecret`). */
export const NOTED_LATE = 'five minutes from now at the latest';
