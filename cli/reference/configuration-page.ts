import { fileFields, type FieldShape, type FileField } from '../../functions/core/config/file/file-fields.ts';
import { KINDS } from '../apply/kinds.ts';
import type { ItemShape } from '../apply/kind.ts';
import { describeField } from './configuration-schema.ts';

const SHAPES: Record<FieldShape, string> = {
  text: 'text',
  words: 'a word',
  'yes-or-no': 'true or false',
  list: 'a list',
  map: 'a map',
  'json-list': 'a list of JSON or paths of files',
  content: 'text or JSON',
  file: 'the path of a file',
  secret: 'the place of a secret',
  secrets: 'names, each with the place of its value',
  own: '',
};

/** The page that lists every field of a configuration file. */
export function configurationPage(): string {
  const sections = KINDS.flatMap(({ map, shapes }) => shapes.map((shape) => sectionOf(map, shape)));
  return `# Fields of a configuration file

Written by \`npm run reference\` from the lists that the options of the commands come from. What a file means is told in
[configuration as code](../configuration-as-code.md); editors complete it by
[configuration.schema.json](configuration.schema.json).

${sections.join('\n\n')}
`;
}

function sectionOf(map: string, { title, list, own }: ItemShape): string {
  const rows = [
    ...Object.entries(own).map(([name, schema]) => rowOf(name, ownType(schema), ownWords(schema))),
    ...fileFields(list).map((field) => rowOf(field.name, typeOf(field), describeField(field))),
  ];
  return `## ${title}: \`${map}\`\n\n| field | holds | what it says |\n|---|---|---|\n${rows.join('\n')}`;
}

function rowOf(name: string, type: string, words: string): string {
  return `| \`${name}\` | ${type} | ${words.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;')} |`;
}

function ownType(schema: object): string {
  if ('const' in schema) return `\`${String(schema.const)}\``;
  const words: Record<string, string> = { string: 'text', object: 'a map', boolean: 'true or false' };
  return 'type' in schema ? (words[String(schema.type)] ?? '') : '';
}

function ownWords(schema: object): string {
  return 'description' in schema ? String(schema.description) : '';
}

function typeOf({ shape, name, mayRefer, option }: FileField): string {
  if (shape === 'words') return Object.keys(option.words ?? {}).join(' or ');
  if (shape === 'own') {
    const lists = ['to', 'match', 'match_set'];
    if (lists.includes(name)) return 'a list';
    return name === 'locked' ? 'true, or a list of addresses' : 'text';
  }
  return mayRefer && shape === 'text' ? 'text, or the place of a secret' : SHAPES[shape];
}
