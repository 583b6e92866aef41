import { parseSource } from '../../functions/core/config/parse-source.ts';
import { parseSourceSecret } from '../../functions/core/config/parse-secret.ts';
import { SOURCE_SETTINGS } from '../../functions/core/config/settings/source-settings.ts';
import { readFileFields } from '../../functions/core/config/file/read-file-fields.ts';
import { writeFileFields } from '../../functions/core/config/file/write-file-fields.ts';
import { schemaProblem } from '../../functions/core/ingest/check-schema.ts';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { hasSecret, type Source } from '../../functions/core/model/config/source.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import { foundBefore } from '../config/change-secret.ts';
import { removeSource } from '../source/remove-source.ts';
import { changeSource, storeSource } from '../source/save-source.ts';
import { SHARED_SECRET_HEADER } from '../source/source-options.ts';
import { credentialHeader, ingestUrl } from '../words/views.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { changesOf, withoutDefaults, type FieldChange, type Kind, type Shown, type World } from './kind.ts';
import { readItem, type ReadItem } from './read-item.ts';
import { storedItems } from './stored-items.ts';

type Loaded = { item: Source };
const MAP = 'sources';

export const SOURCES: Kind = {
  map: MAP,
  word: 'source',
  shapes: [{ title: 'Source', list: SOURCE_SETTINGS, own: {} }],

  load: async ({ gateway }) => storedItems(gateway, 'source', writtenSource),

  async plan(world, item, existing) {
    const read = await readItem(world, item, SOURCE_SETTINGS);
    const parsed = parseSource(inputOf(read.input, item.name), FORMATS);
    if (!parsed.ok) read.report(parsed.problems);
    else {
      for (const [index, text] of (parsed.value.schemas?.documents ?? []).entries()) {
        const problem = schemaProblem(text);
        if (problem !== undefined) read.report([{ path: `schemas[${index}]`, message: problem }]);
      }
    }
    const dictated = parsed.ok ? dictatedSecret(read, parsed.value.auth) : undefined;
    if (!parsed.ok || read.problemCount() > 0) return undefined;
    const settings = parsed.value;
    const before = (existing as (typeof existing & Loaded) | undefined)?.item;
    const isDictated = dictated !== undefined && (await isAnother(world, before, dictated.text));
    const secrets = secretChanges(before, settings, isDictated ? dictated.from : undefined);
    const changes = changesOf(existing?.fields, writtenSource(settings), secrets);
    if (changes.length === 0) return undefined;
    // Also one that is there already: another run may be about to put it back.
    const given = dictated === undefined ? {} : { dictated: dictated.text };
    return {
      action: before === undefined ? 'create' : 'update',
      map: MAP,
      word: 'source',
      name: item.name,
      changes,
      async run(show) {
        const shown = (source: Source, secret: string) => {
          show(shownSecret(world, source, secret));
        };
        if (before !== undefined)
          await changeSource(world.session, before, settings, { ...given, show: shown });
        else {
          const { source } = await storeSource(world.session, settings, {
            ...given,
            madeBy: 'apply',
            show: shown,
          });
          world.made(MAP, source.name, source.id);
        }
      },
    };
  },

  async remove({ gateway }, { name, id }) {
    const located = await gateway.config.locate('source', id);
    return {
      action: 'delete',
      map: MAP,
      word: 'source',
      name,
      changes: [],
      async run() {
        if (located === undefined) throw deletedOrChanged('source', name, 'not-found');
        await removeSource(gateway, located);
      },
    };
  },

  shorten: (fields, name) =>
    withoutDefaults(fields, ['auth', 'secret', 'i_understand_anyone_can_post'], (left) => {
      const parsed = parseSource(inputOf(readFileFields(SOURCE_SETTINGS, left, [], []).input, name), FORMATS);
      return parsed.ok ? JSON.stringify(parsed.value) : undefined;
    }),
};

/** A source names nothing by an id. */
function writtenSource(source: Omit<Source, 'id' | 'isEnabled' | 'createdAt' | 'updatedAt'>): Fields {
  const fields = writeFileFields<typeof source>(SOURCE_SETTINGS, source);
  return hasSecret(source.auth) ? { ...fields, secret: { stored: true } } : fields;
}

/** As `source create` does it, a shared secret without a header gets one that is as good as any. */
function inputOf(input: Fields, name: string): Fields {
  const auth = input['auth'];
  const isShared =
    typeof auth === 'object' && auth !== null && 'type' in auth && auth.type === 'shared-secret';
  return { ...input, name, ...(isShared && { auth: { header: SHARED_SECRET_HEADER, ...auth } }) };
}

/** The secret that the file names, judged. */
function dictatedSecret(read: ReadItem, auth: Source['auth']): { text: string; from: string } | undefined {
  const given = read.secrets.get('secret');
  if (given === undefined) return undefined;
  if (!hasSecret(auth)) {
    read.report([{ path: 'secret', message: `auth ${auth.type} has no secret; leave it out` }]);
    return undefined;
  }
  if (given.text === undefined) return undefined;
  const parsed = parseSourceSecret(given.text, auth.type);
  if (parsed.ok) return { text: parsed.value, from: given.from };
  read.report(parsed.problems);
  return undefined;
}

/** Whether the source has another secret by now, or none. */
async function isAnother({ gateway }: World, before: Source | undefined, secret: string): Promise<boolean> {
  if (before === undefined || !hasSecret(before.auth)) return true;
  const { value } = await foundBefore(
    async () => gateway.secrets.readSource(before.id),
    async () => undefined,
  );
  return value?.current !== secret;
}

function secretChanges(
  before: Source | undefined,
  { auth }: Pick<Source, 'auth'>,
  from: string | undefined,
): FieldChange[] {
  const had = before !== undefined && hasSecret(before.auth);
  if (!hasSecret(auth)) return [];
  if (had && from === undefined) return [];
  return [
    {
      field: 'secret',
      ...(had && { old: 'stored' }),
      new: from === undefined ? 'drawn, and shown once' : `from ${from}`,
      isSecret: true,
    },
  ];
}

function shownSecret({ gateway }: World, source: Source, secret: string): Shown {
  const header = credentialHeader(source.auth);
  return {
    kind: 'source',
    name: source.name,
    secret,
    url: ingestUrl(gateway.manifest, source),
    ...(header !== undefined && { header }),
  };
}
