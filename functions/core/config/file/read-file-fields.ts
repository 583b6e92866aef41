import { safeParse } from 'valibot';
import { notOneOf, notTrueOrFalse, quoted, type Fields, type Problem } from '../problem.ts';
import { putSetting, type Settings } from '../settings/setting.ts';
import { fieldName, fileFields, type FileField } from './file-fields.ts';
import { isSecretPlace, readSecretPlace, type SecretPlace } from './secret-place.ts';
import { unknownField } from '../../text/did-you-mean.ts';

/** What the fields of an item say. */
type FieldsRead = {
  /** What the parser of the kind takes, but for what is not in the file. */
  input: Fields;
  /** Where the secrets are, by the path of the setting; a header by `customHeaders.<name>`. */
  secrets: Map<string, SecretPlace>;
  /** Files to read, by the path of the setting; several for a list of JSON documents, in their order. */
  files: { path: string; name: string; index?: number; field: string }[];
};

/**
 * Reads the fields of an item by the list of its settings. Problems are named by fields, as `to[0]`; what the values mean
 * is for the parser of the kind to judge.
 */
export function readFileFields(
  list: Settings,
  given: Fields,
  known: readonly string[],
  problems: Problem[],
): FieldsRead {
  const read: FieldsRead = { input: {}, secrets: new Map(), files: [] };
  const fields = fileFields(list);
  const names = [...known, ...fields.map(({ name }) => name)];
  for (const [name, value] of Object.entries(given)) {
    if (value === null) problems.push({ path: name, message: 'has no value; leave it out' });
    else if (!names.includes(name))
      problems.push({ path: name, message: unknownField(name, names.toSorted()) });
  }
  const said = (field: FileField): boolean =>
    Object.hasOwn(given, field.name) && given[field.name] !== null && given[field.name] !== undefined;
  for (const field of fields) {
    const { path, shape } = field;
    if (shape === 'own' || !said(field)) continue;
    const twin = fields.find((other) => other !== field && other.path === path && said(other));
    if (twin !== undefined && shape === 'file') {
      problems.push({ path: field.name, message: `says the same as ${twin.name}; leave one out` });
    } else readField(field, given[field.name], read, problems);
  }
  readOwn(list, { said: fields.filter(said), given }, read, problems);
  return read;
}

function readField(field: FileField, value: unknown, read: FieldsRead, problems: Problem[]): void {
  const { name, path, shape, mayRefer } = field;
  if (shape === 'secret' || (mayRefer && isSecretPlace(value))) {
    const place = readSecretPlace(value, name, problems);
    if (place !== undefined) read.secrets.set(path, place);
  } else if (shape === 'secrets') readSecrets(field, value, read, problems);
  else if (shape === 'file') {
    if (typeof value !== 'string' || value === '') {
      problems.push({ path: name, message: `${quoted(value)} is no path of a file` });
    } else if (field.setting.isSecret === true) read.secrets.set(path, { from: 'file', name: value });
    else read.files.push({ path, name: value, field: name });
  } else if (shape === 'json-list') readDocuments(field, value, read, problems);
  else {
    const message = misshapen(field, value);
    if (message === undefined) putSetting(read.input, path, asParsed(field, value));
    else problems.push({ path: name, message });
  }
}

function readSecrets(
  { name, path, option }: FileField,
  value: unknown,
  read: FieldsRead,
  problems: Problem[],
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push({ path: name, message: 'expected names, each with the place of its value: {env: NAME}' });
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const place = readSecretPlace(inner, `${name}.${key}`, problems);
    if (place !== undefined) read.secrets.set(`${path}.${key}`, place);
  }
  // Also where it is empty: that takes away what is there.
  if (option.path !== undefined) putSetting(read.input, option.path, Object.keys(value));
}

/** JSON documents, each as it is or by the path of its file. */
function readDocuments(field: FileField, value: unknown, read: FieldsRead, problems: Problem[]): void {
  const documents = Array.isArray(value) ? (value as unknown[]) : [value];
  const texts = documents.map((document, index) => {
    if (typeof document === 'string') {
      read.files.push({ path: field.path, name: document, index, field: field.name });
      return '';
    }
    if (typeof document === 'object' && document !== null) return JSON.stringify(document);
    problems.push({
      path: `${field.name}[${index}]`,
      message: `${quoted(document)} is neither JSON nor the path of a file`,
    });
    return '';
  });
  putSetting(read.input, field.path, texts);
}

/** The settings that say for themselves how they stand in a file. */
function readOwn(
  list: Settings,
  { said, given }: { said: readonly FileField[]; given: Fields },
  read: FieldsRead,
  problems: Problem[],
): void {
  for (const [path, { inFile }] of Object.entries(list)) {
    const own = said.filter((field) => field.path === path && field.shape === 'own');
    if (inFile?.read === undefined || own.length === 0) continue;
    const values = Object.fromEntries(own.map(({ name }) => [name, given[name]]));
    const value = inFile.read(values, problems);
    if (value !== undefined) putSetting(read.input, path, value);
  }
}

/** Where YAML has made another kind of value of what the option takes as text. */
function misshapen({ shape, option, setting, mayRefer }: FileField, value: unknown): string | undefined {
  const isList = Array.isArray(value);
  const isMap = typeof value === 'object' && value !== null && !isList;
  switch (shape) {
    case 'words':
      return typeof value === 'boolean' || Object.hasOwn(option.words ?? {}, String(value))
        ? undefined
        : notOneOf(value, Object.keys(option.words ?? {}));
    case 'yes-or-no':
      return typeof value === 'boolean' ? undefined : notTrueOrFalse(value);
    case 'list':
      return typeof value === 'string'
        ? undefined
        : isList
          ? notText(value)
          : `${quoted(value)} is no list of text`;
    case 'map':
      return isMap ? notText(Object.values(value)) : `${quoted(value)} is no map; expected name: value`;
    case 'content':
      return typeof value === 'string' || isMap || isList ? undefined : `${quoted(value)} is no text`;
    case 'text':
    case 'file':
    case 'json-list':
    case 'secret':
    case 'secrets':
    case 'own':
      if (isList || isMap) {
        return mayRefer ? 'expected text, {env: NAME} or {secrets_manager: NAME}' : 'expected text';
      }
      // What is wrong as text, too, is for the parser to tell.
      return typeof value === 'string' ||
        takes(setting.schema, value) ||
        !takes(setting.schema, JSON.stringify(value))
        ? undefined
        : notText([value]);
  }
}

function notText(values: readonly unknown[]): string | undefined {
  const other = values.find((value) => typeof value !== 'string');
  return values.every((value) => typeof value === 'string')
    ? undefined
    : `${quoted(other)} is no text; put it in quotes`;
}

function takes(schema: FileField['setting']['schema'], value: unknown): boolean {
  return schema !== undefined && safeParse(schema, value, { abortPipeEarly: true }).success;
}

function asParsed({ shape, option }: FileField, value: unknown): unknown {
  if (shape === 'words' && typeof value === 'string') return option.words?.[value];
  if (shape === 'content' && typeof value !== 'string') return JSON.stringify(value);
  if (shape !== 'list' || typeof value !== 'string') return value;
  return option.takes === 'commas' ? value.split(',').map((part) => part.trim()) : [value];
}

/**
 * Where a problem of a parser stands in the file: `recipients[0].role` is `['to', 0, 'role']`, or `['role']` where that is
 * given. Words that name an option name the field instead.
 */
export function inFileWords(list: Settings, given: Fields, { path, message }: Problem): FieldProblem {
  const fields = fileFields(list);
  const words = fields.reduce(
    (text, { option, name }) => text.replaceAll(`${option.flag.split(' ', 1)[0] ?? ''} `, `${name} `),
    `${message} `,
  );
  const known = Object.keys(list)
    .filter((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`))
    .toSorted((a, b) => b.length - a.length)[0];
  const setting = known ?? Object.keys(list).find((one) => one.startsWith(`${path}.`)) ?? path;
  const tokens = [...path.slice(setting.length).matchAll(/\[(\d+)\]|([^.[\]]+)/gu)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
  const own = fields.filter((field) => field.path === setting);
  const last = tokens.at(-1);
  const shared = own.find(({ name }) => name === last && Object.hasOwn(given, name));
  const byOption = fields.find(({ option }) => option.path === setting);
  const field = own.find(({ name }) => Object.hasOwn(given, name)) ?? own[0] ?? byOption;
  return {
    at: shared === undefined ? [field?.name ?? fieldName(setting), ...tokens] : [shared.name],
    message: words.trimEnd(),
  };
}

/** A problem at a place in an item of a file. */
type FieldProblem = { at: (string | number)[]; message: string };
