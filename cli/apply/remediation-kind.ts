import { parseRemediation } from '../../functions/core/config/parse-remediation.ts';
import { REMEDIATION_SETTINGS } from '../../functions/core/config/settings/remediation-settings.ts';
import { writeFileFields } from '../../functions/core/config/file/write-file-fields.ts';
import type { Remediation } from '../../functions/core/model/config/remediation.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import { changesOf, type Kind } from './kind.ts';
import { readItem } from './read-item.ts';

const MAP = 'remediation';
export const REMEDIATION: Kind = {
  map: MAP,
  word: 'remediation',
  shapes: [{ title: 'Remediation', list: REMEDIATION_SETTINGS, own: {} }],

  async load({ gateway }) {
    const [{ readable, unreadable }, made] = await Promise.all([
      gateway.remediation.list(),
      gateway.remediation.madeByApply(),
    ]);
    return {
      existing: readable.map((entry) => ({
        name: entry.type,
        id: entry.type,
        fields: writtenRemediation(entry),
        isMadeByApply: made.has(entry.type),
      })),
      unreadable: unreadable.map(({ id, problem }) => ({ name: id, problem })),
    };
  },

  async plan(world, item, existing) {
    const read = await readItem(world, item, REMEDIATION_SETTINGS);
    const parsed = parseRemediation({ ...read.input, type: item.name });
    if (!parsed.ok) {
      read.report(
        parsed.problems.map((problem) => (problem.path === 'type' ? { ...problem, path: 'name' } : problem)),
      );
    }
    if (!parsed.ok || read.problemCount() > 0) return undefined;
    const entry = { ...parsed.value, updatedAt: new Date(world.session.nowMs).toISOString() };
    const changes = changesOf(existing?.fields, writtenRemediation(entry));
    if (changes.length === 0) return undefined;
    const found = await world.gateway.remediation.find(item.name);
    return {
      action: existing === undefined ? 'create' : 'update',
      map: MAP,
      word: 'remediation',
      name: item.name,
      changes,
      async run() {
        const result = await world.gateway.remediation.set(entry, found, 'apply');
        if (result !== 'changed') throw changed(item.name);
      },
    };
  },

  async remove({ gateway }, { name }) {
    const found = await gateway.remediation.find(name);
    return {
      action: 'delete',
      map: MAP,
      word: 'remediation',
      name,
      changes: [],
      async run() {
        const result =
          found === undefined ? 'changed-meanwhile' : await gateway.remediation.remove(name, found);
        if (result !== 'changed') throw changed(name);
      },
    };
  },

  shorten: (fields) => fields,
};

function writtenRemediation(entry: Pick<Remediation, 'type' | 'steps' | 'url'>) {
  return writeFileFields<Remediation>(REMEDIATION_SETTINGS, entry as Remediation);
}

function changed(type: string) {
  return meanwhile(`what is to be done about ${JSON.stringify(type)} was changed meanwhile`);
}
