import type { Credential } from '../../ports.ts';

/** The secrets that a sender may use now: the current one and, until its end, the one before it. */
export function liveSecrets(credential: Credential, nowMs: number): string[] {
  const { current, previous, previousNotAfter } = credential;
  const previousIsLive =
    previous !== undefined && previousNotAfter !== undefined && nowMs < Date.parse(previousNotAfter);
  return previousIsLive ? [current, previous] : [current];
}
