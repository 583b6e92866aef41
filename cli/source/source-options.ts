import { readFile } from 'node:fs/promises';
import { SOURCE_SETTINGS } from '../../functions/core/config/settings/source-settings.ts';
import { schemaProblem } from '../../functions/core/ingest/check-schema.ts';
import { MAPPED_FIELDS, severityKey } from '../../functions/core/model/config/source.ts';
import { flagsOf, inputOf, type OptionsOf } from '../config/settings.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Source } from '../../functions/core/model/config/source.ts';

/** The options of `source create` and `source update`. */
export type SourceOptions = OptionsOf<typeof SOURCE_SETTINGS> & {
  /** False with `--no-schema`. */
  schema?: string[] | false;
};

/** Which option sets a field, for messages. */
export const SOURCE_FLAGS = {
  ...flagsOf(SOURCE_SETTINGS),
  ...Object.fromEntries(MAPPED_FIELDS.map((field) => [`mapping.fields.${field}`, `--map ${field}`])),
};

/** A shared secret needs some header; this one is as good as any. */
export const SHARED_SECRET_HEADER = 'x-tocsin-secret';

/**
 * The input of parseSource. Mistakes that only a command line can hold join the problems.
 *
 * @param before what stays where no option says otherwise.
 */
export async function sourceInput(
  options: SourceOptions,
  problems: Problem[],
  before?: Source,
): Promise<Record<string, unknown>> {
  const { schema, ...rest } = options;
  const schemas = await readSchemaFiles(schema, problems);
  const isNewSharedSecret = options.auth === 'shared-secret' && before?.auth.type !== 'shared-secret';
  const said = {
    ...rest,
    ...(schemas !== undefined && { schema: schemas }),
    ...(isNewSharedSecret && { header: options.header ?? SHARED_SECRET_HEADER }),
    ...(options.map !== undefined && { map: mappedFields(options.map, problems) }),
    ...(options.severityMap !== undefined && { severityMap: severityMapFrom(options.severityMap, problems) }),
  };
  const input = inputOf<Source>(SOURCE_SETTINGS, said, before);
  if (before === undefined) return input;
  const { auth, ...others } = merged(input, said, before);
  // A preset stands for the auth of a vendor, unless an option says something of it.
  const isOfPreset = options.preset !== undefined && !('auth' in inputOf<Source>(SOURCE_SETTINGS, said));
  return isOfPreset ? others : { auth, ...others };
}

/** Entries of a map join those that were there; settings that no longer mean anything go. */
function merged(
  input: Record<string, unknown>,
  said: {
    map?: object;
    severityMap?: object;
    noDataAlarm?: string;
    noDataCalendar?: string;
    strict?: boolean;
  },
  before: Source,
): Record<string, unknown> {
  const { mapping, severityMap, schemas, noDataAlarm, noDataCalendar, strict, ...others } = input;
  const isMapped = input['format'] === 'mapping';
  const fields = { ...(isMapped && before.mapping?.fields), ...said.map };
  const map = said.severityMap === undefined ? severityMap : joined(before.severityMap, said.severityMap);
  const hasSchemas = Array.isArray(schemas) && schemas.length > 0;
  // An alarm that is switched off loses its calendar; a calendar for one that was off switches it on.
  const isSwitchedOff = said.noDataAlarm === 'off' && said.noDataCalendar === undefined;
  const isSwitchedOn = said.noDataAlarm === undefined && said.noDataCalendar !== undefined;
  const alarm = isSwitchedOn && noDataAlarm === 'off' ? undefined : noDataAlarm;
  return {
    ...others,
    ...(mapping !== undefined && { mapping: { ...(mapping as object), fields } }),
    ...(map !== undefined && { severityMap: map }),
    ...(hasSchemas && { schemas }),
    ...((hasSchemas || said.strict !== undefined) && { strict }),
    ...(alarm !== undefined && { noDataAlarm: alarm }),
    ...(!isSwitchedOff && noDataCalendar !== undefined && { noDataCalendar }),
  };
}

/** An empty map takes away what there was. */
function joined(before: object | undefined, named: object): object | undefined {
  const entries = Object.entries(named).map(([word, severity]) => [severityKey(word), severity] as const);
  return entries.length === 0 ? undefined : { ...before, ...Object.fromEntries(entries) };
}

/**
 * The schemas of the files, each tried once; the problems of each join the others.
 *
 * @returns undefined when no option says anything about schemas, an empty list to take them away.
 */
async function readSchemaFiles(
  files: string[] | false | undefined,
  problems: Problem[],
): Promise<string[] | undefined> {
  if (files === undefined) return undefined;
  const schemas: string[] = [];
  for (const file of files === false ? [] : files) {
    try {
      const text = await readFile(file, 'utf8');
      const parsed: unknown = JSON.parse(text);
      const problem =
        typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
          ? schemaProblem(text)
          : undefined;
      if (problem !== undefined) problems.push({ path: 'schemas', message: `${file}: ${problem}` });
      schemas.push(text);
    } catch (error) {
      const isJson = !(error instanceof SyntaxError);
      const why = isJson
        ? `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
        : 'is not JSON';
      problems.push({ path: 'schemas', message: `${file} ${why}` });
    }
  }
  return schemas;
}

function mappedFields(entries: readonly string[], problems: Problem[]): object {
  const fields: Record<string, string> = {};
  for (const entry of entries) {
    const [field = '', ...rest] = entry.split('=');
    const path = rest.join('=');
    if (field === '' || path === '' || Object.hasOwn(fields, field)) {
      const problem = Object.hasOwn(fields, field) ? 'is there twice' : 'is no mapping; expected field=path';
      problems.push({ path: 'mapping.fields', message: `${JSON.stringify(entry)} ${problem}` });
    } else fields[field] = path;
  }
  return fields;
}

/** An empty map for `--severity-map none`. */
function severityMapFrom(entries: readonly string[], problems: Problem[]): object {
  const given = entries.filter((entry) => entry !== '');
  if (given.length === 1 && given[0] === 'none') return {};
  const map = new Map<string, string>();
  for (const entry of given) {
    const at = entry.lastIndexOf('=');
    const word = entry.slice(0, Math.max(0, at)).trim();
    if (word === '' || map.has(word)) {
      const problem = map.has(word) ? 'is there twice' : 'is no map; expected value=severity';
      problems.push({ path: 'severityMap', message: `${JSON.stringify(entry)} ${problem}` });
    } else
      map.set(
        word,
        entry
          .slice(at + 1)
          .trim()
          .toLowerCase(),
      );
  }
  return Object.fromEntries(map);
}
