import type { Resolved } from '../../model/config/destination.ts';
import { REMINDER_SECONDS, storySettings, type StoryTeller } from '../../model/config/story-settings.ts';

/** How often a destination is told of one finding, and of its end. */
export type StoryPolicy = { repeat: 'every' | { afterMs: number }; resolved: Resolved };

/** The settings of a destination, as the judgement takes them. */
export function storyPolicy(destination: StoryTeller): StoryPolicy {
  const { repeat, resolved } = storySettings(destination);
  if (repeat === 'every') return { repeat, resolved };
  const afterSeconds = repeat === 'change' ? REMINDER_SECONDS : repeat.afterSeconds;
  return { repeat: { afterMs: afterSeconds * 1_000 }, resolved };
}
