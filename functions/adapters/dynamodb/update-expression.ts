import type { Item } from './pages.ts';

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
  const assignments: string[] = [];
  const removed: string[] = [];
  const attributeNames: Record<string, string> = {};
  const attributeValues: Item = {};
  const name = (attribute: string) => {
    attributeNames[`#${attribute}`] = attribute;
  };
  const assign = (attribute: string, expression: string, value: unknown) => {
    name(attribute);
    assignments.push(`#${attribute} = ${expression}`);
    attributeValues[`:${attribute}`] = value;
  };
  for (const [attribute, value] of Object.entries(set)) {
    if (value === undefined) removed.push(attribute);
    else assign(attribute, `:${attribute}`, value);
  }
  for (const [attribute, value] of Object.entries(setOnce)) {
    if (value !== undefined) assign(attribute, `if_not_exists(#${attribute}, :${attribute})`, value);
  }
  for (const [attribute, value] of Object.entries(append)) {
    if (value !== undefined) assign(attribute, `list_append(#${attribute}, :${attribute})`, [value]);
  }
  for (const attribute of increment) {
    name(attribute);
    assignments.push(`#${attribute} = if_not_exists(#${attribute}, :from) + :step`);
    Object.assign(attributeValues, { ':from': 0, ':step': 1 });
  }
  removed.push(...remove);
  for (const attribute of [...removed, ...names]) name(attribute);
  return {
    UpdateExpression:
      `SET ${assignments.join(', ')}` +
      (removed.length > 0 ? ` REMOVE ${removed.map((attribute) => `#${attribute}`).join(', ')}` : ''),
    ExpressionAttributeNames: attributeNames,
    ExpressionAttributeValues: Object.assign(attributeValues, values),
  };
}
