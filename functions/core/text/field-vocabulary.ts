import { plainName } from './plain-name.ts';

/**
 * What fields are called, best first. `incidenturl` is a whole name without case and punctuation; `* url` stands for every name
 * that ends with that word, and `* alert id` for one that ends with both.
 */
export type Vocabulary<Field extends string> = Readonly<Partial<Record<Field, readonly string[]>>>;

/** That a name can stand for a field, and how good a name it is: 0 is the best. */
type Place<Field> = { field: Field; place: number };

/** Words before the last that turn the meaning of a name around: `icon_url` is no link to an alert, `last_status` is no status. */
const TURNS: Readonly<Record<string, ReadonlySet<string>>> = {
  url: new Set(
    'acknowledge,api,attack,avatar,base,callback,download,final,icon,image,landing,login,logo,malicious,origin,phishing,picture,redirect,referer,referrer,request,self,signing,subscribe,target,thumbnail,unsubscribe,webhook'.split(
      ',',
    ),
  ),
  state: new Set(
    'before,desired,expected,former,from,http,initial,last,login,old,prev,previous,prior,response,sync,update,workflow'.split(
      ',',
    ),
  ),
  time: new Set(
    'acknowledged,closed,dismissed,down,due,duration,elapsed,end,ended,expired,expires,expiry,last,modified,recovery,resolved,response,updated,up'.split(
      ',',
    ),
  ),
};
/** Which of the sets above holds for names that end with a word. */
const TURNED_BY: Readonly<Record<string, keyof typeof TURNS>> = {
  url: 'url',
  link: 'url',
  uri: 'url',
  href: 'url',
  status: 'state',
  state: 'state',
  severity: 'state',
  time: 'time',
  timestamp: 'time',
  at: 'time',
};

const MAX_NAME_CHARACTERS = 64;

/** Finds the fields of a vocabulary that a name can stand for. */
export function fieldsByName<Field extends string>(
  vocabulary: Vocabulary<Field>,
): (name: string) => readonly Place<Field>[] {
  const whole = new Map<string, Place<Field>[]>();
  const ends = new Map<string, Place<Field>[]>();
  for (const [field, names] of Object.entries(vocabulary) as [Field, readonly string[]][]) {
    for (const [place, name] of names.entries()) {
      const [into, key] = name.startsWith('* ') ? [ends, name.slice(2)] : [whole, name];
      into.set(key, [...(into.get(key) ?? []), { field, place }]);
    }
  }
  return (name) => bestOfEach([...(whole.get(plainName(name)) ?? []), ...byEnd(name, ends)]);
}

function byEnd<Field>(name: string, ends: ReadonlyMap<string, Place<Field>[]>): Place<Field>[] {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  // A name that is nothing but the word is a whole name.
  if (words.length < 2 || name.length > MAX_NAME_CHARACTERS) return [];
  const turns = TURNS[TURNED_BY[last] ?? ''];
  if (turns !== undefined && words.slice(0, -1).some((word) => turns.has(word))) return [];
  return [...(ends.get(words.slice(-2).join(' ')) ?? []), ...(ends.get(last) ?? [])];
}

function bestOfEach<Field>(places: readonly Place<Field>[]): readonly Place<Field>[] {
  const best = new Map<Field, Place<Field>>();
  for (const found of places) {
    const other = best.get(found.field);
    if (other === undefined || found.place < other.place) best.set(found.field, found);
  }
  return [...best.values()];
}

/** `alertWebUrl`, `alert_web_url` and `Alert Web URL` are the words alert, web and url. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter((word) => word !== '');
}
