import { isEnded, isSystemAlert, type Alert } from '../../../model/wire/alert.ts';
import { shownCount } from '../../../text/count-words.ts';
import { defang } from './defang.ts';
import { visibleLine } from '../../../text/visible-text.ts';
import { cut } from '../../../text/cut.ts';
import { missingFrom, placeOf } from './where.ts';

const MAX_CHARACTERS = 150;

/** The place of a title gives way to the title itself beyond this. */
const MAX_PLACE = 60;

/**
 * `[CRITICAL] Threat Intel Match: 203.0.113.50 · web-1 (×3)`: severity, title, where, and how many when more than one; of a
 * digest `(1,234 more)`, because the first of them was a mail of its own.
 *
 * One line of at most 150 characters; the title gives way, never the severity, the place or the count.
 */
export function mailSubject(alert: Alert, { count = 1, more = 0, isTest = false } = {}): string {
  const start = `${isTest ? '[TEST] ' : ''}[${stateOf(alert)}] ${isSystemAlert(alert) ? 'Tocsin: ' : ''}`;
  const end = more > 0 ? ` (${shownCount(more)} more)` : count > 1 ? ` (×${shownCount(count)})` : '';
  const place = placeOf(alert);
  const where = place === undefined ? undefined : missingFrom(alert.title, place);
  const behind = where === undefined ? end : ` · ${cut(defang(visibleLine(where)), MAX_PLACE)}${end}`;
  const whole = defang(visibleLine(alert.title.slice(0, 2 * MAX_CHARACTERS)));
  const title = where === undefined ? whole : whole.replace(/\.$/u, '');
  return start + cut(title, MAX_CHARACTERS - start.length - behind.length) + behind;
}

/** `HIGH`; of one that has ended `RESOLVED, was HIGH`, or `RESOLVED` where the sender did not say what it was. */
function stateOf(alert: Alert): string {
  const severity = alert.severity.toUpperCase();
  if (!isEnded(alert)) return severity;
  const status = alert.status.toUpperCase();
  return alert.is_severity_assumed === true ? status : `${status}, was ${severity}`;
}
