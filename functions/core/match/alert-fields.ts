import type { Alert } from '../model/wire/alert.ts';
import { isFieldName, LABEL_PREFIX } from './matcher.ts';

/** The parts of an alert that matchers look at. */
export type MatchedAlert = Pick<
  Alert,
  'type' | 'severity' | 'status' | 'title' | 'source' | 'environment' | 'labels' | 'is_severity_assumed'
>;

/**
 * The values that a name stands for: one, and for `source` two. What the alert does not have is the empty text.
 *
 * `environment` is the alert's own, and without one the label of that name.
 */
export function valuesOf(alert: MatchedAlert, name: string): readonly string[] {
  if (name.startsWith(LABEL_PREFIX)) return [labelOf(alert, name.slice(LABEL_PREFIX.length))];
  if (!isFieldName(name)) return [labelOf(alert, name)];
  switch (name) {
    case 'source':
      return [alert.source.name, alert.source.id];
    case 'format':
      return [alert.source.format];
    case 'environment':
      return [alert.environment ?? labelOf(alert, name)];
    case 'type':
    case 'severity':
    case 'status':
    case 'title':
      return [alert[name]];
  }
}

function labelOf({ labels }: MatchedAlert, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}
