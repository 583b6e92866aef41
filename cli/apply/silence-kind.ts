import { parseSilence, type SilenceSettings } from '../../functions/core/config/parse-silence.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import { SILENCE_SETTINGS } from '../../functions/core/config/settings/silence-settings.ts';
import { writeFileFields } from '../../functions/core/config/file/write-file-fields.ts';
import { phaseOf, type Silence } from '../../functions/core/model/config/silence.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { createConfig } from '../config/create-config.ts';
import { randomConfigId } from '../config/random-id.ts';
import { CliFailure } from '../failure.ts';
import { randomOf } from '../io.ts';
import { coversEverything } from '../silence/read-silence.ts';
import { changesOf, type Existing, type Kind, type World } from './kind.ts';
import { readItem } from './read-item.ts';
import { storedItems } from './stored-items.ts';

type ExistingSilence = Existing & { item: Silence };

const MAP = 'silences';
const YES = {
  type: 'boolean',
  description: 'needed for a list without matchers, which holds for everything but critical alerts',
};

/** A silence that is over is no configuration any more: it is neither exported nor made again. */
export const SILENCES: Kind = {
  map: MAP,
  word: 'silence',
  shapes: [{ title: 'Silence', list: SILENCE_SETTINGS, own: { yes: YES } }],

  async load({ gateway, session }) {
    const stored = await storedItems(gateway, 'silence', written);
    return {
      ...stored,
      existing: stored.existing.filter(({ item }) => phaseOf(item, session.nowMs) !== 'ended'),
    };
  },

  async plan(world, item, existing) {
    const { session, gateway } = world;
    const { yes, until } = item.fields;
    if (typeof until === 'string' && Date.parse(until) <= session.nowMs) {
      world.notes.push(`Silence ${JSON.stringify(item.name)} is over since ${until}.`);
      return undefined;
    }
    const read = await readItem(world, item, SILENCE_SETTINGS, ['yes']);
    const before = (existing as ExistingSilence | undefined)?.item;
    // A start and an author that the file does not name stay as they were first.
    const input = {
      startsAt: before?.startsAt ?? new Date(session.nowMs).toISOString(),
      author: before?.author ?? (await gateway.identity.arn()),
      ...read.input,
    };
    const parsed = parseSilence(input, session.nowMs);
    if (!parsed.ok) read.report(parsed.problems);
    else if (coversEverything(parsed.value.matcherSets) && yes !== true) {
      const message = '{} silences everything but critical alerts; if that is meant, say yes: true';
      read.report([{ path: 'matcherSets', message }]);
    }
    if (!parsed.ok || read.problemCount() > 0) return undefined;
    const settings = parsed.value;
    const changes = changesOf(existing?.fields, written(settings));
    if (changes.length === 0) return undefined;
    return {
      action: before === undefined ? 'create' : 'update',
      map: MAP,
      word: 'silence',
      name: item.name,
      changes,
      run: async () => saveSilence(world, item.name, settings, before),
    };
  },

  async remove(world, existing) {
    const { item } = existing as ExistingSilence;
    const now = new Date(world.session.nowMs).toISOString();
    const startsAt = Date.parse(item.startsAt) > world.session.nowMs ? now : item.startsAt;
    return {
      action: 'delete',
      map: MAP,
      word: 'silence',
      name: item.name,
      changes: [{ field: 'until', old: item.endsAt, new: now }],
      // It ends: each destination is told what it kept back.
      run: async () => saveSilence(world, item.name, { ...item, startsAt, endsAt: now }, item),
    };
  },

  shorten: (fields) => fields,
};

function written(silence: SilenceSettings): Fields {
  const fields = writeFileFields<Silence>(SILENCE_SETTINGS, silence as Silence);
  return coversEverything(silence.matcherSets) ? { ...fields, yes: true } : fields;
}

async function saveSilence(
  { session, gateway }: World,
  name: string,
  settings: SilenceSettings,
  before: Silence | undefined,
): Promise<void> {
  const now = new Date(session.nowMs).toISOString();
  if (before === undefined) {
    if ((await gateway.config.locate('silence', name)) !== undefined) {
      throw new CliFailure(
        'name-taken',
        `a silence called ${JSON.stringify(name)} is over, and is kept; give this one another name`,
      );
    }
    const id = randomConfigId('sil', randomOf(session.io));
    const silence: Silence = { id, name, ...settings, createdAt: now, updatedAt: now };
    await createConfig(gateway, 'silence', silence, { madeBy: 'apply' });
    return;
  }
  const after: Silence = { ...before, ...settings, updatedAt: now };
  const result = await gateway.config.update('silence', before, after);
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'silence', before);
}
