import { fieldName } from './field-name.ts';
import { isFields, type Fields } from './read-fields.ts';

/**
 * What senders call the fields of an alert, best first, in lower case and without punctuation: `ruleName`, `rule_name` and
 * `rule.name` are one name.
 */
const NAMES = {
  title: [
    'title',
    'summary',
    'headline',
    'subject',
    'alertname',
    'alerttitle',
    'rulename',
    'searchname',
    'displayname',
    'displaymessage',
    'name',
    'message',
    'msg',
    'text',
    'description',
  ],
  description: ['description', 'desc', 'message', 'body', 'details', 'text', 'reason'],
  severity: [
    'severity',
    'severitylevel',
    'severitytext',
    'severityname',
    'alertseverity',
    'sev',
    'criticality',
    'risklevel',
    'threatlevel',
    'urgency',
    'priority',
    'level',
    'alerttype',
  ],
  status: [
    'status',
    'state',
    'alertstate',
    'alertstatus',
    'alerttransition',
    'transition',
    'newstate',
    'eventaction',
    'monitorcondition',
  ],
  link: [
    'url',
    'link',
    'htmlurl',
    'weburl',
    'permalink',
    'consoleurl',
    'alerturl',
    'incidenturl',
    'ruleurl',
    'externalurl',
    'externaluri',
    'resultslink',
    'href',
  ],
  key: [
    'dedupkey',
    'dedupekey',
    'deduplicationkey',
    'fingerprint',
    'incidentkey',
    'alias',
    'aggregkey',
    'alertkey',
  ],
  id: ['arn', 'findingarn', 'findingid', 'alertid', 'incidentid', 'uid', 'uuid', 'guid', 'id'],
  time: [
    'eventtime',
    'timestamp',
    'time',
    'occurredat',
    'detectedat',
    'triggeredat',
    'startsat',
    'createdat',
    'date',
    'lastupdated',
  ],
  reason: [
    'dismissedreason',
    'dismissreason',
    'dismissalreason',
    'ignorereason',
    'resolution',
    'suppressedreason',
  ],
  by: ['dismissedby', 'dismisser', 'ignoredby', 'suppressedby', 'resolvedby', 'mutedby'],
  comment: ['dismissedcomment', 'dismissalcomment', 'resolutioncomment'],
} as const;

type UsualField = keyof typeof NAMES;

/** Objects that senders put around the fields of an alert. Any other object may be about something else, such as a user. */
const WRAPPERS = new Set([
  'alert',
  'annotations',
  'check',
  'context',
  'data',
  'detail',
  'details',
  'essentials',
  'event',
  'finding',
  'incident',
  'issue',
  'item',
  'monitor',
  'payload',
  'problem',
  'result',
  'rule',
]);
const MAX_LEVELS = 4;

/** The first value of a record under one of the usual names that can be read; what stands higher up comes first. */
export function usual<T>(
  record: Fields,
  field: UsualField,
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const level of levelsOf(record)) {
    // A name that the level does not have is a gap, which reads as undefined.
    for (const value of level[field] ?? []) {
      const found = value === undefined ? undefined : read(value);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The fields that a plain name stands for, each with the place of the name in its list. */
const PLACES = new Map<string, { field: UsualField; place: number }[]>();
for (const [field, names] of Object.entries(NAMES) as [UsualField, readonly string[]][]) {
  for (const [place, name] of names.entries()) {
    PLACES.set(name, [...(PLACES.get(name) ?? []), { field, place }]);
  }
}

/** What one level of a record holds under the usual names of each field, in the order of the names. */
type Level = { [F in UsualField]?: unknown[] };

/** Of the record that was asked last: each is asked for a handful of fields in a row, and a body has ten thousand. */
let last: { record: Fields; levels: readonly Level[] } | undefined;

/** A record and the objects put around its fields, outermost first. */
function levelsOf(record: Fields): readonly Level[] {
  if (last?.record === record) return last.levels;
  const levels: Level[] = [];
  let wrappers: Fields[] = [record];
  for (let depth = 0; depth < MAX_LEVELS && wrappers.length > 0; depth += 1) {
    const below: Fields[] = [];
    for (const fields of wrappers) levels.push(levelOf(fields, below));
    wrappers = below;
  }
  last = { record, levels };
  return levels;
}

/** The objects among the fields that are wrappers are added to `below`. */
function levelOf(fields: Fields, below: Fields[]): Level {
  const level: Level = {};
  for (const name of Object.keys(fields)) {
    const plain = fieldName(name);
    const value = fields[name];
    for (const { field, place } of PLACES.get(plain) ?? []) (level[field] ??= [])[place] = value;
    if (WRAPPERS.has(plain) && isFields(value)) below.push(value);
  }
  return level;
}
