import { formatDuration } from '../../functions/core/config/duration.ts';
import { INSTANT_EXAMPLE, instantMs } from '../../functions/core/config/instant.ts';
import { parseSilence, type SilenceSettings } from '../../functions/core/config/parse-silence.ts';
import { SILENCE_SETTINGS } from '../../functions/core/config/settings/silence-settings.ts';
import { type Matcher, printMatchers } from '../../functions/core/match/matcher.ts';
import { namesCritical } from '../../functions/core/match/silences.ts';
import { collected } from '../command.ts';
import { flagsOf, longOf } from '../config/settings.ts';
import { refusedSettings, wrongUsage } from '../failure.ts';
import { parseSeconds } from '../words/time.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Silence } from '../../functions/core/model/config/silence.ts';
import type { Command } from 'commander';

export type SilenceOptions = {
  match?: string[];
  matchSet?: string[];
  for?: string;
  until?: string;
  start?: string;
  comment?: string;
};

const LONGEST_SECONDS = 30 * 86_400;

const FLAGS = { ...flagsOf(SILENCE_SETTINGS), startsAt: '--start', endsAt: '--until' };

/** The options of `create` and `update`. */
export function addSilenceOptions(command: Command): void {
  const { comment } = SILENCE_SETTINGS;
  command
    .option(
      '--match <matchers>',
      'silence alerts for which it holds: env=dev, host=~"web.*"; repeated, all of them must hold',
      collected,
    )
    .option('--match-set <matchers>', 'or alerts for which these hold; may be repeated', collected)
    .option('--for <duration>', 'how long, for example 2h; at most 30d')
    .option('--until <time>', 'or until when, ISO 8601')
    .option('--start <time>', 'from when, ISO 8601 (default: now)')
    .option(comment.options[0].flag, comment.options[0].help);
}

/** @throws CliFailure with every problem at once */
export function readSilence(
  options: SilenceOptions,
  author: string,
  nowMs: number,
  before?: Silence,
): SilenceSettings {
  const { for: lasting, until } = options;
  if (lasting !== undefined && until !== undefined) {
    throw wrongUsage('--for and --until exclude each other');
  }
  const startsAt = instantOf('--start', options.start) ?? before?.startsAt ?? iso(nowMs);
  const fromMs = Math.max(Date.parse(startsAt), before === undefined ? 0 : nowMs);
  const endsAt =
    lasting === undefined
      ? (instantOf('--until', until) ?? before?.endsAt)
      : iso(fromMs + parseSeconds('--for', lasting, { min: 60, max: LONGEST_SECONDS }) * 1_000);
  if (endsAt === undefined) {
    throw wrongUsage(`--for or --until is missing; expected for example --for ${formatDuration(7_200)}`);
  }
  const settings = parseSilence(
    {
      matcherSets: setsOf(options) ?? before?.matcherSets.map(printMatchers),
      startsAt,
      endsAt,
      comment: options.comment ?? before?.comment,
      author,
    },
    nowMs,
  );
  if (!settings.ok) throw refusedSettings(settings.problems.map(atItsFlag(options)), FLAGS);
  return settings.value;
}

/** The first list is that of `--match`, where there is one. */
function atItsFlag({ match }: SilenceOptions): (problem: Problem) => Problem {
  return ({ path, message }) => {
    const [, index] = /^matcherSets(?:\[(\d+)\])?$/u.exec(path) ?? [];
    if (!path.startsWith('matcherSets')) return { path, message };
    const isOfMatch = match !== undefined || index === undefined;
    return { path: isOfMatch && Number(index ?? 0) === 0 ? '--match' : '--match-set', message };
  };
}

/** A list that is empty holds for every alert. */
export function coversEverything(sets: readonly (readonly Matcher[])[]): boolean {
  return sets.some((matchers) => matchers.length === 0);
}

/** The alerts that a silence leaves alone, said so that no operator is surprised. */
export function describeExceptions(sets: readonly (readonly Matcher[])[]): string {
  return sets.every(namesCritical)
    ? 'Critical alerts are silenced too, because it names their severity.'
    : "Critical alerts pass; to silence them too, name the severity: --match 'severity>=info'";
}

function setsOf({ match, matchSet = [] }: SilenceOptions): string[] | undefined {
  // The braces belong to the list, which is written anew.
  const first = match?.map((text) => text.trim().replace(/^\{(.*)\}$/su, '$1')).filter((text) => text !== '');
  const sets = [...(first === undefined ? [] : [first.join(',')]), ...matchSet];
  return sets.length === 0 ? undefined : sets;
}

function instantOf(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = instantMs(text);
  if (ms === undefined) {
    throw wrongUsage(
      `${longOf(flag)}: ${JSON.stringify(text)} is no time with a time zone; expected for example ${INSTANT_EXAMPLE}`,
    );
  }
  return iso(ms);
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
