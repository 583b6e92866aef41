import * as v from 'valibot';
import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { Look, Looks } from '../../functions/core/operator/looks.ts';
import type { DeliveryQuery } from '../../functions/core/operator/ports.ts';
import { refusal } from './problems.ts';

/** A destination of which more can be read: the place of its next look, and how far it was looked back to. */
const UNREAD = v.strictObject({ id: v.string(), next: v.string(), to: v.string() });
const CURSOR = v.array(UNREAD);
type Unread = v.InferOutput<typeof UNREAD>;

/** A destination adds so many lines to the first page at least. */
const FEWEST = 10;

/**
 * A look at the deliveries of all destinations, which the index keeps one by one: at first one look at each, then at the
 * one that was read the least far back. What was found is whole down to `lookedBackTo`; older lines of some destinations
 * may be among the items already.
 */
export async function lookAtAll(
  looks: Pick<Looks, 'deliveries'>,
  destinationIds: readonly string[],
  query: Omit<DeliveryQuery, 'destinationId'>,
): Promise<Look<Delivery>> {
  const { after, ...first } = query;
  const unread = after === undefined ? undefined : readCursor(after);
  const nearest = unread?.toSorted((a, b) => (a.to < b.to ? 1 : -1))[0];
  const limit = Math.max(FEWEST, Math.ceil(query.limit / Math.max(1, destinationIds.length)));
  const asked: DeliveryQuery[] =
    unread === undefined
      ? destinationIds.map((destinationId) => ({ ...first, limit, destinationId }))
      : nearest === undefined
        ? []
        : [{ ...first, destinationId: nearest.id, after: nearest.next }];
  const found = await boundedMap(asked, CALLS_AT_ONCE, async (one) => ({
    id: one.destinationId,
    look: await looks.deliveries(one),
  }));
  const left = [
    ...(unread ?? []).filter((one) => one !== nearest),
    ...found.flatMap(({ id, look }) =>
      look.next === undefined ? [] : [{ id, next: look.next, to: look.lookedBackTo }],
    ),
  ];
  const lookedBackTo =
    left
      .map(({ to }) => to)
      .toSorted()
      .at(-1) ?? query.since;
  return {
    items: found.flatMap(({ look }) => look.items).toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1)),
    lookedBackTo,
    ...(left.length > 0 && { next: writeCursor(left) }),
  };
}

const writeCursor = (unread: Unread[]) => Buffer.from(JSON.stringify(unread)).toString('base64url');

function readCursor(after: string): Unread[] {
  try {
    return v.parse(CURSOR, JSON.parse(Buffer.from(after, 'base64url').toString()));
  } catch {
    throw refusal('wrong-usage', 'after: is no place in this list; expected what the page before named');
  }
}
