import { toJsonSchema } from '@valibot/to-json-schema';
import { safeParse, type GenericSchema } from 'valibot';
import { fileFields, type FileField } from '../../functions/core/config/file/file-fields.ts';
import type { ItemShape, Kind } from '../apply/kind.ts';
import { KINDS } from '../apply/kinds.ts';

type JsonSchema = Record<string, unknown>;

const SECRET = { $ref: '#/$defs/secret' };
const TEXT = { type: 'string' };

/** The JSON Schema of configuration files, from the lists that parse the flags. */
export function configurationSchema(): JsonSchema {
  const shapes = KINDS.flatMap(({ shapes: all }) => all);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Tocsin',
    type: 'object',
    required: ['apiVersion'],
    properties: {
      apiVersion: { const: 'tocsin/v1' },
      ...Object.fromEntries(KINDS.map((kind) => [kind.map, mapSchema(kind)])),
    },
    additionalProperties: false,
    $defs: {
      secret: {
        description: 'where a secret is; it never stands in the file',
        oneOf: [
          placeSchema('generate', { const: true }),
          placeSchema('stored', { const: true }),
          placeSchema('env', { type: 'string', minLength: 1 }),
          placeSchema('secrets_manager', { type: 'string', minLength: 1 }),
        ],
      },
      ...Object.fromEntries(shapes.map((shape) => [definitionName(shape), itemSchema(shape)])),
    },
  };
}

function mapSchema({ shapes, word }: Kind): JsonSchema {
  const items = shapes.map((shape) => ({ $ref: `#/$defs/${definitionName(shape)}` }));
  const [only] = items;
  return {
    type: ['object', 'null'],
    description: `each ${word} below its name`,
    additionalProperties: items.length === 1 ? only : { oneOf: items },
  };
}

function itemSchema({ title, list, own }: ItemShape): JsonSchema {
  const fields = fileFields(list);
  return {
    title,
    // An item of which nothing needs to be said.
    type: Object.keys(own).includes('channel') ? 'object' : ['object', 'null'],
    ...(Object.keys(own).includes('channel') && { required: ['channel'] }),
    properties: {
      ...own,
      ...Object.fromEntries(
        fields.map((field) => [field.name, { description: describeField(field), ...fieldSchema(field) }]),
      ),
    },
    additionalProperties: false,
  };
}

/** The help of the option, in the words of a file. */
export function describeField({ option, shape, name, setting }: FileField): string {
  const described = shape === 'own' ? schemaOf(setting.inFile?.fields[name])['description'] : undefined;
  if (typeof described === 'string') return described;
  if (shape === 'secret' || shape === 'secrets') return secretWords(name);
  const usual = option.usual === undefined ? '' : ` (default: ${option.usual})`;
  // Clauses that are about a flag alone: a file has lists, and leaves settings out.
  const help = option.help
    .split('; ')
    .filter((clause) => !/^(?:may be repeated|joins |none )/u.test(clause))
    .join('; ')
    .replace(/,? separated by commas$/u, '');
  return `${shape === 'content' ? help.replace(/^JSON/u, 'JSON or text') : help}${usual}`.replaceAll(
    /--([a-z-]+)/gu,
    (_, flag: string) => flag.replaceAll('-', '_'),
  );
}

function secretWords(name: string): string {
  const words: Record<string, string> = {
    secret: 'the secret; drawn and shown once where the file does not say where it is',
    password: 'the password of the mail server',
    ca: 'PEM of the private certificate authority of the other side',
    cert: 'PEM of our certificate',
    key: 'PEM of its private key',
    custom_header: 'headers to send along, each with the place of its value',
  };
  return words[name] ?? 'a secret';
}

function fieldSchema({ shape, setting, option, mayRefer, name }: FileField): JsonSchema {
  const list = { anyOf: [{ type: 'array', items: TEXT }, TEXT] };
  switch (shape) {
    case 'own':
      return schemaOf(setting.inFile?.fields[name]);
    case 'secret':
      return SECRET;
    case 'secrets':
      return { type: 'object', additionalProperties: SECRET };
    case 'words':
      return { enum: Object.entries(option.words ?? {}).flat() };
    case 'yes-or-no':
      return { type: 'boolean' };
    case 'list':
      return list;
    case 'map':
      return { type: 'object', additionalProperties: TEXT };
    case 'json-list':
      return { type: 'array', items: { type: ['object', 'string'] } };
    case 'content':
      return { type: ['string', 'object', 'array'] };
    case 'file':
      return { type: 'string', minLength: 1 };
    case 'text':
      return mayRefer ? { anyOf: [TEXT, SECRET] } : textSchema(setting.schema);
  }
}

/** A closed list of words where the setting has one; a number too where the setting takes one. */
function textSchema(schema: GenericSchema | undefined): JsonSchema {
  const described = schemaOf(schema);
  if ('enum' in described) return described;
  const takesNumber = schema !== undefined && [587, 100].some((number) => safeParse(schema, number).success);
  return takesNumber ? { type: ['string', 'integer'] } : TEXT;
}

/** The JSON Schema that valibot can make; rules that are code stay with the parser. */
function schemaOf(schema: GenericSchema | undefined): JsonSchema {
  if (schema === undefined) return {};
  const { $schema: _, ...described } = toJsonSchema(schema, { errorMode: 'ignore' });
  return described;
}

function placeSchema(place: string, value: JsonSchema): JsonSchema {
  return {
    type: 'object',
    required: [place],
    properties: { [place]: value },
    additionalProperties: false,
  };
}

/** `emailDestination` of `E-mail destination`. */
function definitionName({ title }: ItemShape): string {
  const [first = '', ...rest] = title.replace('-', '').split(' ');
  return [
    first.toLowerCase(),
    ...rest.map((word) => word.replace(/^./u, (letter) => letter.toUpperCase())),
  ].join('');
}
