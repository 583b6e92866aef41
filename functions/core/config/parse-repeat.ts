import type { Repeat } from '../model/config/destination.ts';
import { REMINDER_SECONDS, storySettings, type StoryTeller } from '../model/config/story-settings.ts';
import { isInBounds, REPEAT_SECONDS } from './bounds.ts';
import { DURATION_EXAMPLES, formatDuration, parseDuration } from './duration.ts';
import { quoted, type Problem } from './problem.ts';

/** `every`, `change`, or a duration such as `4h`; undefined is what suits the channel and the format. */
export function readRepeat(value: unknown, problems: Problem[]): Repeat | undefined {
  if (value === undefined || value === 'every' || value === 'change') return value;
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (seconds !== undefined && isInBounds(seconds, REPEAT_SECONDS)) {
    return { afterSeconds: seconds };
  }
  const what =
    seconds === undefined
      ? `${quoted(value)} is not known; expected every, change or a duration`
      : `${quoted(value)} is not between 1m and 30d; expected every, change or a duration`;
  problems.push({ path: '', message: `${what}, ${DURATION_EXAMPLES}` });
  return undefined;
}

/** What `readRepeat` takes. */
export function writeRepeat(repeat: Repeat): string {
  return typeof repeat === 'string' ? repeat : formatDuration(repeat.afterSeconds);
}

/** When what was told is told again, in words. */
export function describeRepeat(destination: StoryTeller): string {
  const { repeat } = storySettings(destination);
  const usual = destination.repeat === undefined ? ' (the default)' : '';
  if (repeat === 'every') return `every alert is told${usual}`;
  const after = formatDuration(repeat === 'change' ? REMINDER_SECONDS : repeat.afterSeconds);
  return `told again when its severity rises, its status changes, or after ${after}${usual}`;
}

/** Which ends are told, in words. */
export function describeResolved(destination: StoryTeller): string {
  const usual = destination.resolved === undefined ? ' (the default)' : '';
  switch (storySettings(destination).resolved) {
    case 'if-told':
      return `told where the alert was told before${usual}`;
    case 'always':
      return `told in any case${usual}`;
    case 'never':
      return `never told${usual}`;
  }
}
