import type { Item } from './dynamodb-pages.ts';

/**
 * The update expression of a write, with every name as `#name` and every value as `:name`.
 *
 * `set` overwrites, an undefined value removes; `setOnce` keeps what is there; `append` adds one element to a list.
 * `names` and `values` add what only the condition uses.
 */
export function updateOf({
  set = {},
  setOnce = {},
  append = {},
  remove = [],
  names = [],
  values = {},
}: {
  set?: Item;
  setOnce?: Item;
  append?: Item;
  remove?: string[];
  names?: string[];
  values?: Item;
}) {
  const present = (item: Item) => Object.entries(item).filter(([, value]) => value !== undefined);
  const overwritten = present(set);
  const kept = present(setOnce);
  const appended = present(append);
  const removed = [...remove, ...Object.keys(set).filter((name) => set[name] === undefined)];
  const assignments = [
    ...overwritten.map(([name]) => `#${name} = :${name}`),
    ...kept.map(([name]) => `#${name} = if_not_exists(#${name}, :${name})`),
    ...appended.map(([name]) => `#${name} = list_append(#${name}, :${name})`),
  ];
  return {
    UpdateExpression:
      `SET ${assignments.join(', ')}` +
      (removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : ''),
    ExpressionAttributeNames: Object.fromEntries(
      [...[...overwritten, ...kept, ...appended].map(([name]) => name), ...removed, ...names].map((name) => [
        `#${name}`,
        name,
      ]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries([...overwritten, ...kept].map(([name, value]) => [`:${name}`, value])),
      ...Object.fromEntries(appended.map(([name, value]) => [`:${name}`, [value]])),
      ...values,
    },
  };
}
