import type { Matcher } from './matcher.ts';

/** A time-limited mute, with its author and reason. */
export type Silence = {
  /** `sil_` and random characters. */
  id: string;
  /** Its id: a silence is called by nothing else. */
  name: string;
  /**
   * Lists of matchers: one of the lists must hold, and of it every matcher. Not as text, because the functions that deliver have no
   * room for its reader.
   */
  matcherSets: Matcher[][];
  /** The first instant that it covers, and the first that it does not. */
  startsAt: string;
  endsAt: string;
  comment: string;
  /** Who made it: the ARN of the caller. */
  author: string;
  createdAt: string;
  updatedAt: string;
};

type SilencePhase = 'scheduled' | 'active' | 'ended';

export function phaseOf(
  { startsAt, endsAt }: Pick<Silence, 'startsAt' | 'endsAt'>,
  atMs: number,
): SilencePhase {
  if (atMs < Date.parse(startsAt)) return 'scheduled';
  return atMs < Date.parse(endsAt) ? 'active' : 'ended';
}
