import type { InFile, Setting, SettingOption, Settings } from '../settings/setting.ts';

/**
 * What stands in a field: text, one of a few words, true or false, a list, a map of text, JSON (as it is, or the path of a
 * file), the path of a file, or the place where a secret is (one, or one by name).
 */
export type FieldShape =
  | 'text'
  | 'words'
  | 'yes-or-no'
  | 'list'
  | 'map'
  | 'json-list'
  | 'content'
  | 'file'
  | 'secret'
  | 'secrets'
  | 'own';

/** One field of an item in a configuration file. */
export type FileField = {
  /** As the option is called, in snake_case: `min_severity`. */
  name: string;
  /** The setting that it says, by its path in the list. */
  path: string;
  setting: Setting;
  option: SettingOption;
  shape: FieldShape;
  /** Text that may also be named by the place where it is, since it can be a secret. */
  mayRefer: boolean;
};

/**
 * The fields of a kind of configuration, from the list that its options come from.
 *
 * An option is a field: `--min-severity` is `min_severity`. What standard input is read for is a secret, which the file
 * names by its place: `--password-stdin` is `password`. What a file is read for can be named by its path
 * (`--template-file` is `template_file`) or stand there itself (`template`).
 */
export function fileFields(list: Settings): FileField[] {
  const fields = Object.entries(list).flatMap(([path, setting]) => fieldsOfSetting(path, setting));
  return fields.filter(({ name }, index) => fields.findIndex((other) => other.name === name) === index);
}

/** `--min-severity <severity>` is `min_severity`. */
export function fieldName(flag: string): string {
  return (flag.split(' ', 1)[0] ?? flag).replace(/^--/, '').replaceAll('-', '_');
}

function fieldsOfSetting(path: string, setting: Setting): FileField[] {
  const options = (setting.options ?? []).filter(
    ({ flag, only }) => only !== 'update' && !/^--no-\S+$/u.test(flag),
  );
  const own: InFile | undefined = setting.inFile;
  const [first = own === undefined ? undefined : { flag: `--${path}`, help: '' }] = options;
  // The name is what the fields stand below.
  if (first === undefined || path === 'name') return [];
  const mayRefer = options.some(({ flag }) => flag.endsWith('-stdin'));
  const field = (name: string, option: SettingOption, shape: FieldShape): FileField => ({
    name,
    path,
    setting,
    option,
    shape,
    mayRefer,
  });
  if (own !== undefined) {
    return Object.keys(own.fields).map((name) =>
      field(name, options.find(({ flag }) => fieldName(flag) === name) ?? first, 'own'),
    );
  }
  return options.flatMap((option) => {
    const name = fieldName(option.flag);
    if (name.endsWith('_file')) {
      const value = field(
        name.replace(/_file$/, ''),
        option,
        setting.isSecret === true ? secretShape(option) : 'content',
      );
      return [value, field(name, option, 'file')];
    }
    if (name.endsWith('_stdin')) {
      return setting.isSecret === true ? [field(name.replace(/_stdin$/, ''), option, 'secret')] : [];
    }
    return [field(name, option, setting.isSecret === true ? secretShape(option) : shapeOf(option))];
  });
}

function secretShape({ takes }: SettingOption): FieldShape {
  return takes === 'several' ? 'secrets' : 'secret';
}

function shapeOf({ flag, takes, words }: SettingOption): FieldShape {
  const value = /<([^<>]*)>/u.exec(flag)?.[1];
  if (words !== undefined) return 'words';
  if (value === undefined) return 'yes-or-no';
  if (value.includes('=')) return 'map';
  if (value === 'file') return 'json-list';
  return takes === undefined ? 'text' : 'list';
}
