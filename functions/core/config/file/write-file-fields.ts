import type { Fields } from '../problem.ts';
import { writtenOf, type Settings } from '../settings/setting.ts';
import { fileFields, type FileField } from './file-fields.ts';

/** What to call a source, a destination or a time interval: its name, or its id when it is there no longer. */
export type NamesById = Readonly<Record<'source' | 'destination' | 'interval', (id: string) => string>>;

/** For items that refer to no others. */
const BY_IDS: NamesById = { source: String, destination: String, interval: String };

/** What an item says in the fields of a file, everything but its secrets: what `readFileFields` reads. */
export function writeFileFields<Item>(list: Settings<Item>, item: Item, names: NamesById = BY_IDS): Fields {
  const written: Fields = {};
  for (const field of fileFields(list)) {
    const { name, path, shape } = field;
    if (shape === 'file' || shape === 'secret' || shape === 'secrets') continue;
    const setting = list[path];
    const own = setting?.inFile;
    if (shape === 'own') Object.assign(written, own?.write?.(item));
    else {
      const value = setting === undefined ? undefined : writtenOf(setting, path, item);
      if (value !== undefined) written[name] = asWritten(field, value, names);
    }
  }
  return written;
}

function asWritten({ shape, option, setting: { refersTo } }: FileField, value: unknown, names: NamesById) {
  if (shape === 'json-list' && Array.isArray(value)) {
    return value.map((text: string): unknown => JSON.parse(text));
  }
  if (shape === 'words') {
    return Object.entries(option.words ?? {}).find(([, meant]) => meant === value)?.[0] ?? value;
  }
  return refersTo !== undefined && Array.isArray(value)
    ? value.map((id: string) => names[refersTo](id))
    : value;
}
