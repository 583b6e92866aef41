import type { Item } from './dynamodb-pages.ts';

/**
 * The update expression of a write, with every name as `#name` and every value as `:name`.
 *
 * `set` overwrites, an undefined value removes; `setOnce` keeps what is there; `append` adds one element to a list.
 * `increment` adds one, from 0. `names` and `values` add what only the condition uses.
 */
export function updateOf({
  set = {},
  setOnce = {},
  append = {},
  increment = [],
  remove = [],
  names = [],
  values = {},
}: {
  set?: Item;
  setOnce?: Item;
  append?: Item;
  increment?: string[];
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
    ...increment.map((name) => `#${name} = if_not_exists(#${name}, :from) + :step`),
  ];
  return {
    UpdateExpression:
      `SET ${assignments.join(', ')}` +
      (removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : ''),
    ExpressionAttributeNames: Object.fromEntries(
      [
        ...[...overwritten, ...kept, ...appended].map(([name]) => name),
        ...increment,
        ...removed,
        ...names,
      ].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries([...overwritten, ...kept].map(([name, value]) => [`:${name}`, value])),
      ...Object.fromEntries(appended.map(([name, value]) => [`:${name}`, [value]])),
      ...(increment.length > 0 && { ':from': 0, ':step': 1 }),
      ...values,
    },
  };
}
