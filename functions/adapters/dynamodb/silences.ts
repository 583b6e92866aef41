import type { Silences } from '../../core/deliver/ports.ts';
import type { SilenceBook } from '../../core/match/silences.ts';
import { queryConfig } from './config.ts';
import type { Item } from './pages.ts';
import type { Kept } from './silence-book.ts';

const NO_SILENCES: SilenceBook = { over: () => undefined };

/**
 * Silences as deliveries ask for them.
 *
 * The code that reads and compiles them is loaded only while one lasts: it lies beside the code (`cdk/constructs/bundle-functions.ts`).
 */
export function dynamodbSilences(from: Kept): Silences {
  return {
    load: async () => {
      const lasting = (await queryConfig(from, 'silence')).filter((item) => mayLast(item, from.clock.now()));
      return lasting.length === 0 ? NO_SILENCES : (await import('#silences')).readSilenceBook(lasting);
    },

    note: async (...of) => (await import('#silences')).noteSilenced(from, ...of),
  };
}

/** Whether a silence may last still. It may be unreadable, which its reader finds out. */
function mayLast({ config = {} }: Item, nowMs: number): boolean {
  return !(Date.parse((config as { endsAt: string } | null)?.endsAt ?? '') <= nowMs);
}
