import { describe, expect, it } from 'vitest';
import { fieldName, fileFields } from '../../../../functions/core/config/file/file-fields.ts';
import { readFileFields } from '../../../../functions/core/config/file/read-file-fields.ts';
import { EMAIL_SETTINGS } from '../../../../functions/core/config/settings/email-settings.ts';
import { REMEDIATION_SETTINGS } from '../../../../functions/core/config/settings/remediation-settings.ts';
import { ROUTE_SETTINGS } from '../../../../functions/core/config/settings/route-settings.ts';
import { SILENCE_SETTINGS } from '../../../../functions/core/config/settings/silence-settings.ts';
import { SOURCE_SETTINGS } from '../../../../functions/core/config/settings/source-settings.ts';
import { WEBHOOK_SETTINGS } from '../../../../functions/core/config/settings/webhook-settings.ts';
import type { Settings } from '../../../../functions/core/config/settings/setting.ts';

const LISTS: Record<string, Settings> = {
  source: SOURCE_SETTINGS,
  email: EMAIL_SETTINGS,
  webhook: WEBHOOK_SETTINGS,
  route: ROUTE_SETTINGS,
  silence: SILENCE_SETTINGS,
  remediation: REMEDIATION_SETTINGS,
};

describe.each(Object.entries(LISTS))('the fields of a %s in a file', (_, list) => {
  const fields = fileFields(list);
  const names = fields.map(({ name }) => name);

  it('are all options that make one, and nothing that only a command line needs', () => {
    const flags = Object.entries(list)
      .filter(([path]) => path !== 'name')
      .flatMap(([, { options = [] }]) => options)
      .filter(({ only, flag }) => only !== 'update' && !/^--no-\S+$/u.test(flag))
      .map(({ flag }) => fieldName(flag));
    const missing = flags.filter(
      (flag) => !names.includes(flag.replace(/_stdin$/u, '')) && !names.includes(flag.replace(/_file$/u, '')),
    );
    expect(missing).toEqual([]);
    expect(names.filter((name) => name.endsWith('_stdin'))).toEqual([]);
  });

  it('have a name each', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/u);
  });

  it('never quote what stands where a secret is named by its place', () => {
    for (const { name, shape } of fields.filter((one) => one.shape === 'secret' || one.shape === 'secrets')) {
      for (const value of ['hunter2', ['hunter2'], { env: ['hunter2'] }, { hunter2: true }, 7, { env: '' }]) {
        const given = shape === 'secrets' ? { 'X-Key': value } : value;
        const problems: { path: string; message: string }[] = [];
        readFileFields(list, { [name]: given }, [], problems);
        expect(problems).toHaveLength(1);
        expect(JSON.stringify(problems)).not.toContain('hunter2');
      }
    }
  });
});

it('a setting that is new in a list is a field by itself', () => {
  const list: Settings = {
    'inner.path': {
      schema: SOURCE_SETTINGS.format.schema,
      options: [{ flag: '--new-one <word>', help: 'new' }],
    },
    key: { isSecret: true, options: [{ flag: '--new-key-stdin', help: 'a key' }] },
    text: {
      schema: SOURCE_SETTINGS.format.schema,
      options: [{ flag: '--text-file <file>', help: 'a text' }],
    },
  };
  expect(fileFields(list).map(({ name, shape }) => [name, shape])).toEqual([
    ['new_one', 'text'],
    ['new_key', 'secret'],
    ['text', 'content'],
    ['text_file', 'file'],
  ]);
  const problems: { path: string; message: string }[] = [];
  const read = readFileFields(
    list,
    { new_one: 'github', new_key: { env: 'KEY' }, text_file: 'a.txt' },
    [],
    problems,
  );
  expect(problems).toEqual([]);
  expect(read.input).toEqual({ inner: { path: 'github' } });
  expect(read.secrets.get('key')).toEqual({ from: 'env', name: 'KEY' });
  expect(read.files).toEqual([{ path: 'text', name: 'a.txt', field: 'text_file' }]);
});
