import type { Lookup } from '../model/config/lookup.ts';
import { isSystemAlert, type Alert } from '../model/wire/alert.ts';

/** The prefix of a sender's label that a lookup overrides, as in Prometheus. */
const SENDERS = 'exported_';

/**
 * The alert with the labels that lookups add: of each table, those of the value that its label has.
 *
 * The operator's table is worth more than the sender's word: where both say a label, the sender's is kept as
 * `exported_NAME`. Tables look at what the sender sent, never at what another table added.
 */
export function lookedUp(alert: Alert, lookups: readonly Lookup[]): Alert {
  if (isSystemAlert(alert)) return alert;
  const added = lookups.flatMap(({ label, entries }) => {
    const value = own(alert.labels, label);
    return value === undefined ? [] : Object.entries(own(entries, value) ?? {});
  });
  if (added.length === 0) return alert;
  const labels = { ...alert.labels };
  for (const [name, value] of added) {
    const said = own(alert.labels, name);
    if (said !== undefined && said !== value) labels[SENDERS + name] = said;
    labels[name] = value;
  }
  return { ...alert, labels };
}

function own<T>(of: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
