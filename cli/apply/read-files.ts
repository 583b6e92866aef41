import { readFile } from 'node:fs/promises';
import { CliFailure } from '../failure.ts';
import { readStdin } from '../io.ts';
import type { CliIo } from '../io.ts';
import { openDocuments, type Place, type YamlDocument } from './yaml-document.ts';
import type { Fields } from '../../functions/core/config/problem.ts';

export const API_VERSION = 'tocsin/v1';

/** A problem at a place in a file. `path` names the field: `destinations.siem.url`. */
export type FileProblem = Place & { path: string; message: string };

/** One item of a file: what stands below its name. */
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

export async function readTexts(io: CliIo, files: readonly string[]): Promise<ConfigText[]> {
  const texts: ConfigText[] = [];
  for (const file of files)
    texts.push({ file: file === '-' ? '<stdin>' : file, text: await textOf(io, file) });
  return texts;
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
  if (root.get('apiVersion') !== API_VERSION) {
    const message = root.has('apiVersion')
      ? `${JSON.stringify(root.get('apiVersion'))} is not known; expected ${API_VERSION}`
      : `missing; expected apiVersion: ${API_VERSION}`;
    problems.push({ ...at(['apiVersion']), path: 'apiVersion', message });
  }
  for (const [map, named] of root) {
    if (map === 'apiVersion') continue;
    if (!maps.includes(map)) {
      problems.push({
        ...at([map], true),
        path: map,
        message: `unknown field; known: apiVersion, ${maps.join(', ')}`,
      });
    } else if (typeof named !== 'object' || Array.isArray(named)) {
      problems.push({ ...at([map]), path: map, message: 'expected a map of names' });
    } else {
      for (const [name, fields] of Object.entries(named ?? {})) {
        const item: FileItem = {
          map,
          name,
          file,
          fields: {},
          at: (path, isName) => at([map, name, ...path], isName),
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

async function textOf(io: CliIo, file: string): Promise<string> {
  if (file === '-') return readStdin(io);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliFailure('unreadable-file', `${file} cannot be read: ${(error as Error).message}`);
  }
}
