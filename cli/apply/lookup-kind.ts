import { entryProblems, labelProblem } from '../../functions/core/config/parse-lookup.ts';
import { nameProblem, quoted } from '../../functions/core/config/problem.ts';
import type { Lookup } from '../../functions/core/model/config/lookup.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { labelsOf, usualLabel, writeLookup } from '../lookup/save-lookup.ts';
import { changesOf, type Existing, type Kind, type World } from './kind.ts';
import { fieldPath } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import { unknownField } from '../../functions/core/text/did-you-mean.ts';
import { isFields } from '../../functions/core/ingest/read-fields.ts';
import { storedItems } from './stored-items.ts';

type ExistingLookup = Existing & { item: Lookup };

const MAP = 'lookups';
const TEXT = { type: 'string' };
const OWN = {
  label: { ...TEXT, description: 'the label whose value is looked up (default: account for aws-accounts)' },
  entries: {
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: TEXT },
    description: 'each value, and the labels that it adds; name is what the value itself is called',
  },
};

export const LOOKUPS: Kind = {
  map: MAP,
  word: 'lookup',
  shapes: [{ title: 'Lookup', list: {}, own: OWN }],

  load: async ({ gateway }) => storedItems(gateway, 'lookup', ({ label, entries }) => ({ label, entries })),

  async plan(world, item, existing) {
    const read = readLookup(world, item);
    if (read === undefined) return undefined;
    const changes = changesOf(existing?.fields, read);
    if (changes.length === 0) return undefined;
    const before = (existing as ExistingLookup | undefined)?.item;
    return {
      action: before === undefined ? 'create' : 'update',
      map: MAP,
      word: 'lookup',
      name: item.name,
      changes,
      run: async () => {
        const settings = { name: item.name, ...read };
        await writeLookup(world.session, world.gateway, settings, { before, madeBy: 'apply' });
      },
    };
  },

  async remove({ gateway }, { name, id }) {
    const located = await gateway.config.locate('lookup', id);
    return {
      action: 'delete',
      map: MAP,
      word: 'lookup',
      name,
      changes: [],
      async run() {
        const result = located === undefined ? 'not-found' : await gateway.config.delete(located);
        if (result !== 'changed') throw deletedOrChanged('lookup', name, result);
      },
    };
  },

  shorten: (fields, name) => {
    const { label, ...rest } = fields;
    return label === usualLabel(name) ? rest : fields;
  },
};

function readLookup(world: World, item: FileItem): Pick<Lookup, 'label' | 'entries'> | undefined {
  const before = world.problems.length;
  const report = (path: string[], message: string, isName = false): void => {
    world.problems.push({ ...item.at(path, isName), path: fieldPath(item, path), message });
  };
  for (const field of Object.keys(item.fields).filter((one) => !Object.hasOwn(OWN, one))) {
    report([field], unknownField(field, Object.keys(OWN)), true);
  }
  const { label = usualLabel(item.name), entries } = item.fields;
  const nameWrong = nameProblem(item.name);
  if (nameWrong !== undefined) report([], nameWrong, true);
  const labelWrong = typeof label === 'string' ? labelProblem(label) : 'missing; expected for example team';
  if (labelWrong !== undefined) report(['label'], labelWrong);
  const read: Lookup['entries'] = {};
  if (!isFields(entries)) report(['entries'], 'missing; expected values, each with the labels that it adds');
  else {
    for (const [value, labels] of Object.entries(entries)) {
      const said = isFields(labels) ? Object.entries(labels) : [];
      const wrong = said.find(([, text]) => typeof text !== 'string');
      if (!isFields(labels)) report(['entries', value], `${quoted(labels)} is no map of labels`);
      else if (wrong !== undefined) {
        report(['entries', value, wrong[0]], `${quoted(wrong[1])} is no text; put it in quotes`);
      } else {
        read[value] = labelsOf(String(label), said as [string, string][]);
        if (Object.keys(read[value]).length < said.length) {
          report(['entries', value], `name and ${String(label)}_name are one label; expected one of them`);
        }
      }
    }
    for (const { path, message } of entryProblems(read)) {
      report(['entries', ...(path === '' ? [] : [path])], message);
    }
  }
  return world.problems.length > before ? undefined : { label: String(label), entries: read };
}
