import { CliFailure } from '../failure.ts';
import { readStdin } from '../io.ts';
import { readTextFile } from '../read-text-file.ts';
import type { CliIo } from '../io.ts';
import { openDocuments, type Place, type YamlDocument } from './yaml-document.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import { unknownField } from '../../functions/core/text/did-you-mean.ts';

export const API_VERSION = 'tocsin/v1';

/** The earlier names of maps, which older files have. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([['intervals', 'time_intervals']]);

/** A problem at a place in a file. `path` names the field: `destinations.siem.url`. */
export type FileProblem = Place & { path: string; message: string };

/** One item of a file: its name, and the fields below it. */
export type FileItem = {
  map: string;
  name: string;
  fields: Fields;
  /** Where the value at a path below the item stands, or the nearest thing above it; `isName`: its name, not its value. */
  at: (path: readonly (string | number)[], isName?: boolean) => Place;
  /** The folder that paths in the file start from. */
  file: string;
};

/** The text of a configuration file. Paths in it start from the folder of `file`. */
export type ConfigText = { file: string; text: string };

/** The texts of all files, or every one that cannot be read. */
export async function readTexts(io: CliIo, files: readonly string[]): Promise<ConfigText[]> {
  const texts: ConfigText[] = [];
  const problems: FileProblem[] = [];
  for (const file of files) {
    if (file === '-') texts.push({ file: '<stdin>', text: await readStdin(io) });
    else {
      const read = await readTextFile(file);
      if ('text' in read) texts.push({ file, text: read.text });
      else problems.push({ file, line: 1, column: 1, path: '', message: read.problem });
    }
  }
  if (problems.length === 0) return texts;
  const lines = problems.map(({ file, message }) => `${file} ${message}`);
  throw new CliFailure('unreadable-file', lines.join('\n'), { problems });
}

/**
 * Reads configuration files: YAML 1.2 or JSON, `apiVersion: tocsin/v1` and a map for each kind. Several files, and several
 * documents in one file, are one configuration.
 *
 * @param maps the maps that there are
 */
export function readConfigTexts(
  texts: readonly ConfigText[],
  maps: readonly string[],
): { items: FileItem[]; problems: FileProblem[] } {
  const items: FileItem[] = [];
  const problems: FileProblem[] = [];
  for (const { file, text } of texts) {
    const read = openDocuments(file, text);
    problems.push(...read.problems);
    for (const document of read.documents) readDocument(document, maps, items, problems);
  }
  const seen = new Map<string, FileItem>();
  for (const item of items) {
    const path = `${item.map}.${item.name}`;
    const first = seen.get(path);
    if (first === undefined) seen.set(path, item);
    else {
      const { file, line } = first.at([], true);
      problems.push({ ...item.at([], true), path, message: `is there already, at ${file}:${line}` });
    }
  }
  return { items, problems };
}

function readDocument(
  document: YamlDocument,
  maps: readonly string[],
  items: FileItem[],
  problems: FileProblem[],
): void {
  const { value, at, file } = document;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push({
      ...at([]),
      path: '',
      message: `expected apiVersion: ${API_VERSION} and maps: ${maps.join(', ')}`,
    });
    return;
  }
  const root = new Map(Object.entries(value as Fields));
  const version = root.get('apiVersion');
  if (version !== API_VERSION) {
    const message =
      version === undefined
        ? `missing; expected apiVersion: ${API_VERSION}`
        : `${JSON.stringify(version)} is not known; this version of Tocsin reads ${API_VERSION}`;
    problems.push({ ...at(['apiVersion']), path: 'apiVersion', message });
    // The meaning of its fields is not known.
    if (version !== undefined) return;
  }
  for (const [key, named] of root) {
    if (key === 'apiVersion') continue;
    const map = FORMER_NAMES.get(key) ?? key;
    if (!maps.includes(map)) {
      problems.push({
        ...at([key], true),
        path: map,
        message: unknownField(map, ['apiVersion', ...maps]),
      });
    } else if (typeof named !== 'object' || Array.isArray(named)) {
      problems.push({ ...at([key]), path: map, message: 'expected a map of names' });
    } else {
      for (const [name, fields] of Object.entries(named ?? {})) {
        const item: FileItem = {
          map,
          name,
          file,
          fields: {},
          at: (path, isName) => at([key, name, ...path], isName),
        };
        // An item of which nothing needs to be said: `ci:`.
        if (fields === null) items.push(item);
        else if (typeof fields === 'object' && !Array.isArray(fields)) {
          items.push({ ...item, fields: fields as Fields });
        } else problems.push({ ...item.at([]), path: `${map}.${name}`, message: 'expected a map of fields' });
      }
    }
  }
}
