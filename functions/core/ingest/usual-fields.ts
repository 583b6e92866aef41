import type { Alert, AlertStatus, Dismissal } from '../model/wire/alert.ts';
import type { Severity } from '../model/wire/severity.ts';
import type { AlertDraft } from './formats/format.ts';
import { instant, isFields, optional, text, webUrl, type Fields } from './read-fields.ts';
import { severityFromWord } from './severity-scales.ts';
import { statusFromWord } from './status-words.ts';
import { usual } from './usual-names.ts';

/** An alert from a record whose shape a format does not know, by the usual names of fields. Details are left to the caller. */
export function readUsual(record: Fields): AlertDraft {
  const title = usual(record, 'title', firstLine);
  const description = usual(record, 'description', text);
  const url = usual(record, 'link', webUrl);
  const status = usualStatus(record);
  return {
    ...usualSeverity(record),
    ...(status !== undefined && { status }),
    ...(status === 'dismissed' && usualDismissal(record)),
    ...optional('title', title),
    ...(description !== title && optional('description', description)),
    ...optional('event_time', usual(record, 'time', usualInstant)),
    ...optional('source_alert_id', usual(record, 'id', text)),
    ...optional('dedup_key', usual(record, 'key', text)),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
  };
}

/** The severity by the usual names; a value at one of the plain names that nobody can read is told as it is. */
export function usualSeverity(record: Fields): { severity?: Severity; severityOriginal?: string } {
  const original = usual(record, 'severity', (value) =>
    severityFromWord(severityText(value)) === undefined ? undefined : severityText(value),
  );
  if (original !== undefined) {
    return { ...optional('severity', severityFromWord(original)), severityOriginal: original };
  }
  return optional('severityOriginal', severityText(record['severity']));
}

/** `{label: "HIGH"}`, `{name: "High"}` and the like stand for their word. */
function severityText(value: unknown): string | undefined {
  if (!isFields(value)) return text(value);
  return text(value['label'] ?? value['Label'] ?? value['name'] ?? value['description'] ?? value['value']);
}

export function usualStatus(record: Fields): AlertStatus | undefined {
  return usual(record, 'status', statusFromWord);
}

/** Who put an alert aside and why, by the usual names: a person is a text or has a login, a name or an address. */
export function usualDismissal(record: Fields): { dismissal?: Dismissal } {
  const dismissal: Dismissal = {
    ...optional('reason', usual(record, 'reason', text)),
    ...optional('by', usual(record, 'by', personText)),
    ...optional('comment', usual(record, 'comment', text)),
  };
  return Object.keys(dismissal).length === 0 ? {} : { dismissal };
}

export function personText(value: unknown): string | undefined {
  if (!isFields(value)) return typeof value === 'string' ? text(value) : undefined;
  return text(value['login'] ?? value['name'] ?? value['email'] ?? value['id']);
}

/** Numbers of seconds or milliseconds are often sent as texts. */
export function usualInstant(value: unknown): Alert['event_time'] | undefined {
  return instant(
    typeof value === 'string' && /^\d{10,19}(?:\.\d+)?$/u.test(value.trim()) ? Number(value) : value,
  );
}

function firstLine(value: unknown): string | undefined {
  return typeof value === 'string' ? text(value.trim().split('\n', 1)[0]) : undefined;
}
