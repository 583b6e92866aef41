import { STORED_SILENCE } from '../../core/config/stored/silence.ts';
import type { Silences } from '../../core/deliver/ports.ts';
import { type SilenceBook, silenceBook } from '../../core/match/silences.ts';
import { silencedEntry } from '../../core/model/wire/silenced-entry.ts';
import { queryConfig } from './config.ts';
import { sortConfig } from './config-items.ts';
import { expiryOf } from './expiry.ts';
import { silencedKey } from './keys.ts';
import type { Item } from './pages.ts';
import type { RetainedItems } from './table-access.ts';
import { updateOf } from './update-expression.ts';

/** Silences as deliveries ask for them. */
export function dynamodbSilences(from: RetainedItems): Silences {
  return {
    load: async () => {
      const lasting = (await queryConfig(from, 'silence')).filter((item) => mayLast(item, from.clock.now()));
      return readSilenceBook(lasting);
    },

    // An update of the whole entry: noted twice is noted once.
    note: async (message, silence, end) => {
      const { silenceId, ...entry } = silencedEntry(message, silence, end);
      await from.client.call('UpdateItem', {
        TableName: from.table,
        Key: silencedKey(silenceId, entry),
        ...updateOf({ set: { entry, expires_at: expiryOf(from) } }),
      });
    },
  };
}

/** The silences among items of the table. A silence that cannot be read mutes nothing. */
export function readSilenceBook(items: readonly Item[]): SilenceBook {
  return silenceBook(sortConfig(STORED_SILENCE, items).readable);
}

/** Whether a silence may last still. It may be unreadable, which its reader finds out. */
function mayLast({ config = {} }: Item, nowMs: number): boolean {
  return !(Date.parse((config as { endsAt: string } | null)?.endsAt ?? '') <= nowMs);
}
