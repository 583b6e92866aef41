import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { meetsSeverity, type Severity } from '../model/wire/severity.ts';
import type { Alert, AlertStatus } from '../model/wire/alert.ts';
import { matchesGlob } from '../match/glob.ts';

/** What somebody looks for among alerts; what is left out matches everything. */
export type AlertFilter = {
  /** This severity and above. */
  minSeverity?: Severity;
  /** A glob, as in a route: `*` stands for any run of characters. */
  type?: string;
  status?: AlertStatus;
  routing?: RoutedAlert['routing'];
  /** Case-insensitive, over title, description, details and labels. */
  text?: string;
};

export function matchesAlertFilter({ alert, routing }: RoutedAlert, filter: AlertFilter): boolean {
  return (
    isOfType(alert.type, filter) &&
    (filter.status === undefined || alert.status === filter.status) &&
    (filter.routing === undefined || routing === filter.routing) &&
    meetsSeverity(alert.severity, filter.minSeverity) &&
    (filter.text === undefined || searchable(alert).includes(filter.text.toLowerCase()))
  );
}

export function isOfType(type: string, { type: glob }: AlertFilter): boolean {
  return glob === undefined || matchesGlob(type, glob);
}

function searchable({ title, description, details, labels }: Alert): string {
  return [title, description ?? '', JSON.stringify(details), JSON.stringify(labels)].join('\n').toLowerCase();
}
