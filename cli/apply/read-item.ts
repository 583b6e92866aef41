import { dirname, resolve } from 'node:path';
import type { Fields, Problem } from '../../functions/core/config/problem.ts';
import { fileFields } from '../../functions/core/config/file/file-fields.ts';
import { inFileWords, readFileFields } from '../../functions/core/config/file/read-file-fields.ts';
import type { SecretPlace } from '../../functions/core/config/file/secret-place.ts';
import { putSetting, type Settings } from '../../functions/core/config/settings/setting.ts';
import type { World } from './kind.ts';
import type { FileItem } from './read-files.ts';
import { readTextFile } from '../read-text-file.ts';

/** A secret as the file says it: `text` where it names the place, else what is there is kept, or one is drawn. */
export type GivenSecret = {
  place: SecretPlace;
  /** The text at that place. */
  text?: string;
  /** `variable CI_SECRET`, for a plan. */
  from: string;
};

/** An item with everything that its file names. */
export type ReadItem = {
  /** The input of the parser. */
  input: Fields;
  /** By the path of the setting; a header by `customHeaders.<name>`. */
  secrets: Map<string, GivenSecret>;
  /** Adds problems of a parser, at their places in the file. */
  report(problems: readonly Problem[]): void;
  /** How many problems this item has by now. */
  problemCount(): number;
};

/** Reads an item by the list of its settings. `known`: fields that the kind itself has. */
export async function readItem(
  world: World,
  item: FileItem,
  list: Settings,
  known: readonly string[] = [],
): Promise<ReadItem> {
  const before = world.problems.length;
  const problems: Problem[] = [];
  const { input, secrets: places, files } = readFileFields(list, item.fields, known, problems);
  const report = (path: (string | number)[], message: string, isName = false): void => {
    const place = item.at(path, isName);
    const field = fieldPath(item, path);
    const isThere = world.problems.some(
      (one) => one.message === message && one.line === place.line && one.column === place.column,
    );
    if (!isThere) world.problems.push({ ...place, path: field, message });
  };
  for (const { path, message } of problems) {
    const tokens = tokensOf(path);
    const isUnknown = message.startsWith('unknown field');
    report(tokens, message, isUnknown);
  }
  for (const { path, name, index, field } of files) {
    const read = await textOf(item, name);
    if ('problem' in read)
      report([field, ...(index === undefined ? [] : [index])], `${name} ${read.problem}`);
    else if (index === undefined) putSetting(input, path, read.text);
    else (input[path] as string[])[index] = read.text;
  }
  const secrets = new Map<string, GivenSecret>();
  for (const [path, place] of places) {
    const given = await secretOf(world, item, place);
    if (typeof given === 'string') report(fieldOf(list, path), given);
    else secrets.set(path, given);
  }
  return {
    input,
    secrets,
    report(found) {
      for (const problem of found) {
        const { at, message } = inFileWords(list, item.fields, problem);
        report(problem.path === 'name' ? [] : at, message, problem.path === 'name');
      }
    },
    problemCount: () => world.problems.length - before,
  };
}

/** `destinations.oncall.to[0]` */
export function fieldPath({ map, name }: FileItem, path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, token) => (typeof token === 'number' ? `${text}[${token}]` : `${text}.${token}`),
    `${map}.${name}`,
  );
}

/** The field that names a secret: `['custom_header', 'X-Key']`. */
function fieldOf(list: Settings, path: string): string[] {
  const [setting = '', ...rest] = path.split('.');
  const field = fileFields(list).find((one) => one.path === setting);
  return [field?.name ?? setting, ...(rest.length > 0 ? [rest.join('.')] : [])];
}

async function secretOf(world: World, item: FileItem, place: SecretPlace): Promise<GivenSecret | string> {
  const { session, gateway } = world;
  switch (place.from) {
    case 'generate':
    case 'stored':
      return { place, from: place.from === 'generate' ? 'drawn here' : 'stored' };
    case 'env': {
      const text = session.io.env[place.name];
      if (text === undefined) return `the variable ${place.name} is not set`;
      session.keepSecret(text.trim());
      return { place, text, from: `variable ${place.name}` };
    }
    case 'secrets_manager': {
      const text = await gateway.secrets.readText(place.name);
      if (text === undefined) return `Secrets Manager has no secret ${JSON.stringify(place.name)} with text`;
      session.keepSecret(text.trim());
      return { place, text, from: `secret ${place.name}` };
    }
    case 'file': {
      const read = await textOf(item, place.name);
      return 'problem' in read
        ? `${place.name} ${read.problem}`
        : { place, text: read.text, from: `file ${place.name}` };
    }
  }
}

async function textOf(item: FileItem, name: string): Promise<{ text: string } | { problem: string }> {
  return readTextFile(resolve(dirname(item.file), name));
}

/** `to[0].address` is `['to', 0, 'address']`. */
function tokensOf(path: string): (string | number)[] {
  const [first = '', ...rest] = path.split(/(?=\[\d+\])|\./u);
  return [first, ...rest].map((token) => (/^\[\d+\]$/u.test(token) ? Number(token.slice(1, -1)) : token));
}
