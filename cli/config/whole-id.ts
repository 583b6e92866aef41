import { wrongUsage } from '../failure.ts';
import { inert } from '../screen/terminal.ts';

type Named = { id: string; name?: string };

/** Fewer characters are a slip of the hand rather than the beginning of an id; git asks for as many. */
const FEWEST = 4;
/** More of them help nobody to choose. */
const SHOWN = 10;

/** Whether a text can be the beginning of the id of configuration: `dst_` and some of what follows. */
export function mayBeginConfigId(text: string): boolean {
  return new RegExp(`^(?:src|dst|rte|sil|int|lkp)_[A-Za-z0-9]{${String(FEWEST)},}$`).test(text);
}

/** Whether a text can be the beginning of the id of a record, and is not all of it: records have UUIDs. */
export function mayBeginRecordId(text: string): boolean {
  return text.length < 36 && new RegExp(`^[0-9a-f]{${String(FEWEST)}}[0-9a-f-]*$`, 'i').test(text);
}

/** The one id that begins so; undefined when none does. Of several it names the first, and takes none. */
export function wholeId(what: string, beginning: string, items: readonly Named[]): string | undefined {
  const begun = items.filter(({ id }) => id.startsWith(beginning));
  if (begun.length <= 1) return begun[0]?.id;
  const shown = begun
    .slice(0, SHOWN)
    .map(({ id, name }) => (name === undefined || name === id ? id : `${id} (${inert(name)})`));
  const more = begun.length > SHOWN ? ` and ${String(begun.length - SHOWN)} more` : '';
  throw wrongUsage(
    `${JSON.stringify(beginning)} begins the ids of ${String(begun.length)} ${what}s: ${shown.join(', ')}${more}; give more of the one you mean`,
  );
}
