import { parseFieldExpression, readAt } from '../match/field-path.ts';
import type { FieldMapping } from '../model/config/source.ts';

/** Fields of a mapping whose paths led to nothing in any of the records: `{title: 'rule.name'}`. */
export function unmatchedPaths(
  { fields }: Pick<FieldMapping, 'fields'>,
  records: readonly unknown[],
): Record<string, string> {
  if (records.length === 0) return {};
  return Object.fromEntries(
    Object.entries(fields).filter(([, path]) => {
      const expression = parseFieldExpression(path);
      return (
        expression === undefined ||
        records.every((record) => readAt(record, expression, (value) => value ?? undefined) === undefined)
      );
    }),
  );
}
