import type { MadeBy } from '../../core/operator/ports.ts';
import type { Item } from '../dynamodb/pages.ts';

/** What an item says of who made it: what is there stays, whoever writes it. */
export function madeByOf(over: Item | undefined, madeBy: MadeBy | undefined): { made_by?: unknown } {
  const mark: unknown = over === undefined ? madeBy : over['made_by'];
  return mark === undefined ? {} : { made_by: mark };
}
