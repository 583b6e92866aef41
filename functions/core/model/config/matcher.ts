/**
 * One condition on one field of an alert: `env!=dev`, `type=~"github\\..*"`, `severity>=high`.
 *
 * `name` is a label, or one of the names of fields (`match/matcher.ts`); `labels.NAME` is the label of that name, whatever it is
 * called.
 */
export type Matcher = { name: string; operator: Operator; value: string };

export const OPERATORS = ['=', '!=', '=~', '!~', '>=', '>', '<=', '<'] as const;
export type Operator = (typeof OPERATORS)[number];
