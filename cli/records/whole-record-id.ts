import { allOf } from '../config/find-config.ts';
import { mayBeginRecordId, wholeId } from '../config/whole-id.ts';
import { CliFailure } from '../failure.ts';
import { TOCSIN } from '../words/hint.ts';
import type { BegunId } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

/** An id has no time in it, so all ids of this time are read. For older records the whole id is needed. */
const LOOKED_AT_MS = 7 * 86_400_000;

/**
 * The whole id of an alert, a delivery, a request or a digest of the last seven days that begins so. A text that is whole,
 * or no beginning of an id, comes back as it is.
 */
export async function wholeRecordId(
  session: Pick<Session, 'nowMs'>,
  { config, records }: Pick<Gateway, 'config' | 'records'>,
  text: string,
  kinds: readonly BegunId['kind'][],
): Promise<string> {
  if (!mayBeginRecordId(text)) return text;
  const prefix = text.toLowerCase();
  const destinationIds = allOf(await config.list('destination')).map(({ id }) => id);
  const since = new Date(session.nowMs - LOOKED_AT_MS).toISOString();
  const [stored, open] = await Promise.all([
    records.idsBeginning({ prefix, since, destinationIds }),
    // An alert that no router has stored is in no list of alerts.
    kinds.includes('alert') ? records.openRequests() : [],
  ]);
  const ids = new Set([
    ...stored.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id),
    ...open.flatMap(({ alerts }) => alerts.map(({ id }) => id)),
  ]);
  const items = [...ids].map((id) => ({ id }));
  const whole = wholeId(kinds.length === 1 ? (kinds[0] ?? 'record') : 'record', prefix, items);
  if (whole !== undefined) return whole;
  throw new CliFailure(
    'not-found',
    `no ${kinds.join(', ')} of the last 7 days has an id that begins with ${JSON.stringify(text)}; of an older one give the whole id, see: ${TOCSIN} alerts list --since 30d`,
  );
}
