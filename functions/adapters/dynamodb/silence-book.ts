import { STORED_SILENCE } from '../../core/config/stored/silence.ts';
import { type SilenceBook, silenceBook } from '../../core/match/silences.ts';
import type { DeliveryMessage } from '../../core/model/wire/delivery.ts';
import type { SilencedBy } from '../../core/model/wire/silenced.ts';
import { silencedEntry } from '../../core/model/wire/silenced-entry.ts';
import { sortConfig } from './config-items.ts';
import { expiryOf } from './expiry.ts';
import { silencedKey } from './keys.ts';
import type { Item } from './pages.ts';
import { updateOf } from './update-expression.ts';
import type { RetainedItems } from './table-access.ts';

/*
 * The code that delivering functions need only while a silence lasts, or covers one of their messages. It lies beside their
 * code (`cdk/constructs/bundle-functions.ts`), under the name `#silences`.
 */

export type Kept = RetainedItems;

/** The silences among items of the table. A silence that cannot be read mutes nothing. */
export function readSilenceBook(items: readonly Item[]): SilenceBook {
  return silenceBook(sortConfig(STORED_SILENCE, items).readable);
}

/** An update of the whole entry: noted twice is noted once. */
export async function noteSilenced(
  from: Kept,
  message: DeliveryMessage,
  silence: SilencedBy,
  end: { isTold: boolean },
): Promise<void> {
  const { silenceId, ...entry } = silencedEntry(message, silence, end);
  await from.client.call('UpdateItem', {
    TableName: from.table,
    Key: silencedKey(silenceId, entry),
    ...updateOf({ set: { entry, expires_at: expiryOf(from) } }),
  });
}
