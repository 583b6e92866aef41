import { cut } from '../../functions/core/text/cut.ts';
import { inert } from '../screen/terminal.ts';
import type { Paint } from '../screen/terminal.ts';
import type { FieldChange, Shown, Step } from './kind.ts';

const SIGNS = { create: '+', update: '~', delete: '-' } as const;
const COLOURS = { create: 'green', update: 'yellow', delete: 'red' } as const;
const MAX_CHARACTERS = 200;

/** The steps as Terraform shows them: a sign for each item, and below it what was and what is to be. */
export function describePlan(steps: readonly Step[], paint: Paint): string {
  if (steps.length === 0) return 'No changes.';
  const { create, update, delete: removed } = countSteps(steps);
  return [
    ...steps.map((step) => describeStep(step, paint)),
    `Plan: ${create} to add, ${update} to change, ${removed} to delete.`,
  ].join('\n');
}

export function describeStep({ action, word, name, changes }: Step, paint: Paint): string {
  const title = paint(COLOURS[action], `${SIGNS[action]} ${word} ${inert(name)}`);
  return [
    title,
    ...changes.map((change) => `    ${inert(change.field)}: ${describeChange(change, action)}`),
  ].join('\n');
}

function describeChange({ old, new: next }: FieldChange, action: Step['action']): string {
  if (action === 'create') return shown(next);
  return `${old === undefined ? '(none)' : shown(old)} -> ${next === undefined ? '(none)' : shown(next)}`;
}

function shown(value: unknown): string {
  if (isStored(value)) return 'stored';
  const isOfSecrets = typeof value === 'object' && value !== null && Object.values(value).every(isStored);
  if (isOfSecrets) return inert(`stored: ${Object.keys(value).join(', ') || 'none'}`);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return inert(`[${value.join(', ')}]`);
  const text = typeof value === 'string' ? value.replaceAll('\n', '\\n') : JSON.stringify(value);
  return inert(cut(text, MAX_CHARACTERS));
}

function isStored(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'stored' in value;
}

export function countSteps(steps: readonly Pick<Step, 'action'>[]): Record<Step['action'], number> {
  const count = (action: Step['action']) => steps.filter((step) => step.action === action).length;
  return { create: count('create'), update: count('update'), delete: count('delete') };
}

export function stepView({ action, word, name, changes }: Step): object {
  return {
    action,
    kind: word,
    name,
    fields: changes.map(({ field, old, new: next }) => ({ field, old: old ?? null, new: next ?? null })),
  };
}

export function describeShown({ kind, name, secret, url, header }: Shown, paint: Paint): string {
  return [
    `${paint('yellow', 'Shown this once:')} the secret of ${kind} ${inert(name)}`,
    ...(url === undefined ? [] : [`    url: ${url}`]),
    ...(header === undefined ? [] : [`    header: ${header}`]),
    `    secret: ${secret}`,
  ].join('\n');
}
