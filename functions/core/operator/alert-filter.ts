import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { meetsSeverity, type Severity } from '../model/wire/severity.ts';
import type { Alert, AlertStatus } from '../model/wire/alert.ts';
import { matchesGlob } from '../match/glob.ts';

/** One of these, where there are several. */
type OneOf<T extends string> = T | readonly T[];

/** A filter of alerts. A field that is left out matches everything. */
export type AlertFilter = {
  /** This severity and above. */
  minSeverity?: Severity;
  /** Of one of these sources. */
  sourceIds?: readonly string[];
  /** A glob, as in a route: `*` stands for any run of characters. */
  type?: OneOf<string>;
  status?: OneOf<AlertStatus>;
  routing?: OneOf<RoutedAlert['routing']>;
  /** Case-insensitive, over title, description, details and labels; of several each. */
  text?: string | readonly string[];
};

export function matchesAlertFilter({ alert, routing }: RoutedAlert, filter: AlertFilter): boolean {
  return (
    isOfType(alert.type, filter) &&
    isOneOf(alert.status, filter.status) &&
    isOneOf(routing, filter.routing) &&
    isOneOf(alert.source.id, filter.sourceIds) &&
    meetsSeverity(alert.severity, filter.minSeverity) &&
    (filter.text === undefined || holdsEach(searchable(alert), several(filter.text)))
  );
}

/** Whether a type fits one of the globs of a filter. */
export function isOfType(type: string, { type: globs }: AlertFilter): boolean {
  return globs === undefined || several(globs).some((glob) => matchesGlob(type, glob));
}

export function isOneOf<T extends string>(value: string, wanted: OneOf<T> | undefined): boolean {
  return wanted === undefined || several(wanted).some((one) => one === value);
}

function several<T extends string>(wanted: OneOf<T>): readonly T[] {
  return typeof wanted === 'string' ? [wanted] : wanted;
}

function holdsEach(text: string, wanted: readonly string[]): boolean {
  return wanted.every((one) => text.includes(one.toLowerCase()));
}

function searchable({ title, description, details, labels }: Alert): string {
  return [title, description ?? '', JSON.stringify(details), JSON.stringify(labels)].join('\n').toLowerCase();
}
