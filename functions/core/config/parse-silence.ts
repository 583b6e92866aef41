import type { Silence } from '../model/config/silence.ts';
import { quoted } from '../text/quoted.ts';
import type { Parsed, Problem } from './problem.ts';
import { readSettings } from './settings/setting.ts';
import { SILENCE_SETTINGS } from './settings/silence-settings.ts';

/** What an operator decides about a silence; the rest is given by the gateway. */
export type SilenceSettings = Pick<Silence, keyof typeof SILENCE_SETTINGS>;

const LONGEST_DAYS = 30;

/** The settings of a silence, with every problem and its path. It lasts for at most 30 days, and ends after now. */
export function parseSilence(input: unknown, nowMs: number): Parsed<SilenceSettings> {
  const problems: Problem[] = [];
  const given = readSettings(SILENCE_SETTINGS, input, problems);
  const { matcherSets, startsAt, endsAt, comment, author } = given;
  if (startsAt !== undefined && endsAt !== undefined) problems.push(...spanProblems(startsAt, endsAt, nowMs));
  return problems.length > 0 ||
    matcherSets === undefined ||
    startsAt === undefined ||
    endsAt === undefined ||
    comment === undefined ||
    author === undefined
    ? { ok: false, problems }
    : { ok: true, value: { matcherSets, startsAt, endsAt, comment, author } };
}

function spanProblems(startsAt: string, endsAt: string, nowMs: number): Problem[] {
  const [fromMs, toMs] = [Date.parse(startsAt), Date.parse(endsAt)];
  if (toMs <= fromMs) {
    return [{ path: 'endsAt', message: `${quoted(endsAt)} is not after the start, ${startsAt}` }];
  }
  if (toMs <= nowMs) return [{ path: 'endsAt', message: `${quoted(endsAt)} is over already` }];
  return toMs - fromMs > LONGEST_DAYS * 86_400_000
    ? [{ path: 'endsAt', message: `${quoted(endsAt)} is more than ${LONGEST_DAYS} days after the start` }]
    : [];
}
