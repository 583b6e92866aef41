import type { ConfigKind } from '../../model/config/unreadable-config.ts';
import { sizeAt } from './size-at.ts';

/**
 * Fields that a reader can do without, and whose loss changes what an item does without a word: a silence over more alerts, more
 * of them for a destination, a mail by another server, a post without a header. `*` stands for each element of a list.
 *
 * A field of the shape (`StoredKind`) that is not optional needs no place here: without it the item cannot be read.
 */
const NARROWING: Record<ConfigKind, readonly string[]> = {
  source: [
    'auth.timestampHeader',
    'auth.idHeader',
    'envelope',
    'unwrap',
    'mapping.fields',
    'mapping.resolvedWhen',
    'severityMap',
    'linkHosts',
    'dedupBy',
    'tellsHandled',
    'rateLimit',
    'schemas',
    'schemas.documents',
    'noDataAlarm',
    'noDataAlarm.calendar',
  ],
  destination: [
    'minSeverity',
    'repeat',
    'resolved',
    'isDigesting',
    'systemAlerts',
    'recipients.*.isLocked',
    'transport',
    'isPrivate',
    'hasSecretUrl',
    'auth.notAfter',
    'retry.delaysSeconds',
    'customHeaderNames',
  ],
  route: [
    'condition.sourceIds',
    'condition.types',
    'condition.minSeverity',
    'condition.labels',
    'condition.matchers',
    'activeIntervalIds',
    'mutedIntervalIds',
    'outside',
    'holdsCritical',
    'isEnabled',
  ],
  silence: ['matcherSets.*', 'matcherSets.*.*.value'],
  interval: [],
  lookup: ['entries'],
};

/** What a write puts beside a config, for `narrowed_by`: how much there is of each field that narrows it. */
export function narrowedBy(kind: ConfigKind, config: object): Record<string, number> {
  const paths = NARROWING[kind].flatMap((path) => expanded(config, path));
  const sizes = paths.map((path) => [path, sizeAt(config, path)] as const);
  return Object.fromEntries(sizes.filter(([, size]) => size > 0));
}

/** `matcherSets.*` as `matcherSets.0`, `matcherSets.1`. */
function expanded(config: object, path: string): string[] {
  const [list = '', ...rest] = path.split('.*');
  if (rest.length === 0) return [path];
  return Array.from({ length: sizeAt(config, list) }, (_, index) =>
    expanded(config, `${list}.${String(index)}${rest.join('.*')}`),
  ).flat();
}
