import type { Credential } from '../../functions/core/model/config/credential.ts';
import { parseSeconds } from '../words/time.ts';

/** The credential that a rotation stores: the new secret, and the old one for as long as both must work. */
export function rotated(
  old: Partial<Credential>,
  current: string,
  overlapSeconds: number,
  nowMs: number,
): Credential {
  return old.current === undefined || overlapSeconds === 0
    ? { current }
    : {
        current,
        previous: old.current,
        previousNotAfter: new Date(nowMs + overlapSeconds * 1_000).toISOString(),
      };
}

/** Whether a third secret is still at work, which this rotation ends early. */
export function endsEarly(old: Partial<Credential>, nowMs: number): boolean {
  return (
    old.previous !== undefined &&
    old.previousNotAfter !== undefined &&
    Date.parse(old.previousNotAfter) > nowMs
  );
}

/** Seconds of `--overlap`: a day unless told otherwise, `0s` for none, at most 30 days. */
export function overlapSeconds(text: string | undefined): number {
  return parseSeconds('--overlap', text ?? '24h', { min: 0, max: 30 * 86_400 });
}
