import { fieldsAt, isFields, optional, text, webUrl, type Fields } from '../read-fields.ts';
import { usualSeverity } from '../usual-fields.ts';
import type { AlertDraft } from './format.ts';

/** Objects that stand in many events and are about something else than the event. */
const FURNITURE = new Set([
  'changes',
  'enterprise',
  'installation',
  'organization',
  'repository',
  'requester',
  'sender',
  'workflow',
]);

/**
 * An event that is no alert, or came after this was written: what happened, to what, how it ended, and where.
 *
 * What it is about stands under its own name, or is a person, or the repository or organization as a whole. Two things are two
 * alerts, and so are two persons or two actions.
 */
export function readOtherGithubEvent(record: Fields, event: string): AlertDraft {
  const action = text(record['action']);
  const alert = fieldsAt(record, 'alert');
  const subject = subjectOf(record, event);
  const id = text(subject['id']) ?? text(subject['number']) ?? text(record['ref']);
  const url = webUrl(subject['html_url']) ?? webUrl(subject['target_url']) ?? webUrl(record['compare']);
  const name =
    text(subject['title']) ??
    text(subject['name']) ??
    text(subject['token_name']) ??
    text(fieldsAt(record, 'forkee')['full_name']) ??
    text(subject['environment']) ??
    text(alert['summary']);
  const person = personOf(record, subject);
  const place = placeOf(record);
  const outcome = text(subject['conclusion']) ?? text(subject['state']);
  const said = [event, action, outcome === action ? undefined : outcome]
    .filter((part) => part !== undefined)
    .map((part) => part.replaceAll('_', ' '));
  const about = [name, person].filter((part) => part !== undefined).join(' of ');
  const { severity = 'info' as const, severityOriginal } = usualSeverity({
    ...subject,
    ...alert,
  });
  // The same request of the same person is one, and asked for and denied are two: none of them ends the other.
  const key = [action, id ?? name, person].filter((part) => part !== undefined).join(':');
  return {
    severity,
    ...optional('severityOriginal', severityOriginal),
    title: `GitHub: ${said.join(' ')}${about === '' ? '' : `: ${about}`}${place === undefined ? '' : ` in ${place}`}`,
    ...optional('source_alert_id', id),
    ...(key !== '' && { dedup_key: `github:${place ?? ''}:${event}:${key}` }),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    // An event that is no alert has no end either.
    ...(Object.keys(alert).length === 0 && { status: 'firing' as const }),
    labels: {},
  };
}

/** What an event is about: the object of its name, an issue or an alert, or the first object that is no furniture. */
function subjectOf(record: Fields, event: string): Fields {
  const named = [record[event], record['issue'], record['alert']].find(isFields);
  const first = Object.entries(record).find(([name, value]) => isFields(value) && !FURNITURE.has(name));
  return named ?? fieldsAt(first?.[1]);
}

/** Who was added, asked or is owner: never who sent the event. */
function personOf(record: Fields, subject: Fields): string | undefined {
  const people = ['user', 'owner', 'requester', 'blocked_user', 'member'].flatMap((name) => [
    subject[name],
    record[name],
    fieldsAt(record, 'membership')[name],
  ]);
  return people.map((person) => text(fieldsAt(person)['login'])).find((login) => login !== undefined);
}

function placeOf(record: Fields): string | undefined {
  return (
    text(fieldsAt(record, 'repository')['full_name']) ??
    text(fieldsAt(record, 'organization')['login']) ??
    text(fieldsAt(record, 'enterprise')['slug'])
  );
}
