import { isSystemAlert, type Alert } from '../../../model/wire/alert.ts';

/** Where an alert is from: in short for a title, and in full for the line below it. As it came, not yet fit to be shown. */
type Place = { short: string; full: string };

/** Kinds of resources that name a place, the best first. */
const PLACES = [
  /^(repository|repo|project)$/iu,
  /host|server|machine|instance|node/iu,
  /cluster|namespace|pod|service|container|bucket/iu,
];
/** Labels that name a place, the best first; what monitoring and its exporters call them. */
const LABELS = [
  'repository',
  'project',
  'host',
  'hostname',
  'server_name',
  'instance',
  'node',
  'cluster',
  'namespace',
  'service',
  'job',
];

/**
 * The repository, the account and region, the project or host of an alert, whichever its sender names first in this order:
 * `{short: 'prod-payments, eu-central-1', full: 'prod-payments (111122223333), eu-central-1'}`.
 */
export function placeOf(alert: Alert): Place | undefined {
  if (isSystemAlert(alert)) return undefined;
  return (
    awsPlace(alert) ?? sameInBoth(label(alert, 'repository') ?? resourceName(alert) ?? firstLabel(alert))
  );
}

function awsPlace(alert: Alert): Place | undefined {
  const account = label(alert, 'account');
  const name = label(alert, 'account_name');
  const region = label(alert, 'region');
  if (account === undefined && name === undefined) return undefined;
  const full = name === undefined ? account : account === undefined ? name : `${name} (${account})`;
  return { short: joined(name ?? account, region), full: joined(full, region) };
}

/** The name of the resource that is most a place; of kinds that nobody knows, that of the only one. */
function resourceName({ resources = [] }: Alert): string | undefined {
  const named = resources.map(({ type = '', name, id }) => ({ type, name: name ?? id }));
  const place = PLACES.map((kind) =>
    named.find(({ type, name }) => kind.test(type) && name !== undefined),
  ).find((found) => found !== undefined);
  const found = place ?? (named.length === 1 ? named[0] : undefined);
  // A number alone says nothing.
  return found?.name !== undefined && /^\d+$/u.test(found.name)
    ? `${found.type} ${found.name}`.trim()
    : found?.name;
}

function firstLabel(alert: Alert): string | undefined {
  return LABELS.map((name) => label(alert, name)).find((value) => value !== undefined);
}

function label({ labels }: Alert, name: string): string | undefined {
  const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
  return value === undefined || value.trim() === '' ? undefined : value;
}

function sameInBoth(place: string | undefined): Place | undefined {
  return place === undefined ? undefined : { short: place, full: place };
}

function joined(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(', ');
}

/** A title with the place that it does not name: `Threat Intel Match: 203.0.113.50 · web-1`. */
export function withPlace(title: string, place: string | undefined): string {
  return place === undefined ? title : `${title.replace(/\.$/u, '')} · ${place}`;
}

/** What of a place a title does not say yet; undefined when it says all of it. */
export function missingFrom(title: string, { short }: Place): string | undefined {
  // The port of an instance tells nobody where it is.
  const missing = short.split(', ').filter((part) => !names(title, part.replace(/:\d{1,5}$/u, '')));
  return missing.length === 0 ? undefined : missing.join(', ');
}

/** Whether a text holds a name as a word: the account 123456789012 is not named by i-12345678901234567. */
function names(text: string, name: string): boolean {
  const said = text.toLowerCase();
  const wanted = name.toLowerCase();
  const isWordAt = (at: number) => /^[\p{L}\p{N}]/u.test(said.slice(at));
  // Nothing is found everywhere, also behind the end.
  if (wanted === '') return true;
  for (let at = said.indexOf(wanted); at >= 0; at = said.indexOf(wanted, at + 1)) {
    if ((at === 0 || !isWordAt(at - 1)) && !isWordAt(at + wanted.length)) return true;
  }
  return false;
}
