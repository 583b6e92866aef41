import { isSystemAlert, type Alert } from '../../model/alert.ts';
import { shownCount } from '../../model/count-words.ts';
import { defang } from './defang.ts';
import { visibleLine } from './visible-text.ts';

const MAX_CHARACTERS = 150;

/**
 * `[CRITICAL] Threat Intel Match: 203.0.113.50 (×3)`: severity, title, and how many when more than one; of a digest
 * `(1,234 more)`, because the first of them was a mail of its own.
 *
 * One line of at most 150 characters; the title gives way, never the severity or the count.
 */
export function mailSubject(alert: Alert, { count = 1, more = 0, isTest = false } = {}): string {
  const state = alert.status === 'resolved' ? 'RESOLVED, was ' : '';
  const start = `${isTest ? '[TEST] ' : ''}[${state}${alert.severity.toUpperCase()}] ${isSystemAlert(alert) ? 'Tocsin: ' : ''}`;
  const end = more > 0 ? ` (${shownCount(more)} more)` : count > 1 ? ` (×${shownCount(count)})` : '';
  const title = defang(visibleLine(alert.title.slice(0, 2 * MAX_CHARACTERS)));
  return start + shorten(title, MAX_CHARACTERS - start.length - end.length) + end;
}

function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
