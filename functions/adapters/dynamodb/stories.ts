import { NO_STORY, type Story } from '../../core/model/wire/story.ts';
import type { Clock } from '../../core/world.ts';
import type { Stories } from '../../core/deliver/ports.ts';
import { storyKey } from './keys.ts';
import { steppedItems } from './stepped-items.ts';
import type { TableAccess } from './table-access.ts';

/** An end that comes later than this after the last alert is not told: longer than anybody leaves a finding open. */
const OPEN_SECONDS = 400 * 86_400;
/** A story that is over is remembered only for ends that come once more, and for alerts that arrived before their end. */
const OVER_SECONDS = 30 * 86_400;

/** One item per reader and finding: `{ pk: 'STORY#dst_…#<hash>', sk: 'STORY', story: JSON, token }`. */
export function dynamodbStories(parts: TableAccess & { clock: Clock }): Stories {
  const items = steppedItems<Story>({
    ...parts,
    attribute: 'story',
    empty: NO_STORY,
    expiresAfterSeconds: ({ tellings, isOver }) =>
      tellings.length > 0 && !isOver ? OPEN_SECONDS : OVER_SECONDS,
    what: 'what is remembered of a story',
  });
  return { clock: parts.clock, change: async (reader, step) => items.change(storyKey(reader), step) };
}
