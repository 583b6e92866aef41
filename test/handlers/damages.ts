/** Stored items, damaged in every way, one at a time. */
export type Item = Record<string, unknown>;

const DAMAGES: Record<string, unknown> = {
  removed: undefined,
  'a number': -7,
  'another word': 'zzz-not-known',
  'the word none': 'none',
  'an object': { x: 1 },
  'a list': [null],
  'an empty list': [],
  'an empty text': '',
};

/** Every field of an item below `root`, those of lists and objects within it as well, with every damage. */
export function damages(whole: Item, root: string[] = []): [name: string, broken: Item][] {
  const inner = root.reduce<unknown>((value, name) => (value as Item)[name], whole);
  return paths(inner, root).flatMap((path) =>
    Object.entries(DAMAGES).map(([name, damage]): [string, Item] => [
      `${path.join('.')} ${name}`,
      damaged(whole, path, damage),
    ]),
  );
}

function paths(value: unknown, path: string[]): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, field]) => paths(field, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

function damaged(whole: Item, path: string[], damage: unknown): Item {
  const copy = structuredClone(whole);
  let at: Item = copy;
  for (const name of path.slice(0, -1)) at = at[name] as Item;
  const last = path.at(-1) ?? '';
  if (damage !== undefined) at[last] = damage;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

/** The ways in which the text of a secret is damaged: `undefined` is a secret that is not there. */
export function secretDamages(whole: Item): [name: string, text: string | undefined][] {
  return [
    ['not there', undefined],
    ['no JSON', '{"current": "canary-of-a-secret'],
    ['a list', '[]'],
    ['a text', '"canary-of-a-secret"'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['of a newer version', JSON.stringify({ ...whole, schema_version: 2 })],
    ...damages(whole).map(([name, broken]): [string, string] => [name, JSON.stringify(broken)]),
  ];
}
