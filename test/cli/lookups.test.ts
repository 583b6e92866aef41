import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCsv } from '../../cli/lookup/read-csv.ts';
import type { Lookup } from '../../functions/core/model/config/lookup.ts';
import { aSource, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

let gateway: ReturnType<typeof memoryGateway>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-lookups-'));
});
afterAll(async () => rm(folder, { recursive: true }));
beforeEach(() => {
  gateway = memoryGateway();
});

const tocsin = async (...argv: string[]) => run(argv, { gateway, columns: 160 });
const stored = () => [...gateway.kept.config.lookup.values()] as Lookup[];
const PAYMENTS = ['111122223333', 'name=prod-payments', 'owner=payments@example.com'];

describe('lookup set', () => {
  it('makes the table of AWS accounts, whose label is known', async () => {
    const ran = await tocsin('lookup', 'set', 'aws-accounts', ...PAYMENTS);
    expect(ran.stdout).toContain(
      'account=111122223333 adds account_name=prod-payments, owner=payments@example.com',
    );
    await tocsin('lookup', 'set', 'aws-accounts', '444455556666', 'name=sandbox');
    expect(stored()).toMatchObject([
      { name: 'aws-accounts', label: 'account', entries: { '444455556666': { account_name: 'sandbox' } } },
    ]);
    expect((await tocsin('lookup', 'list')).stdout).toMatch(
      /aws-accounts\s+account\s+2\s+account_name, owner/u,
    );
    expect((await tocsin('lookup', 'show', 'aws-accounts')).stdout).toMatch(
      /444455556666\s+account_name=sandbox/u,
    );
    await tocsin('lookup', 'delete', 'aws-accounts', '444455556666');
    expect(Object.keys(stored()[0]?.entries ?? {})).toEqual(['111122223333']);
    await tocsin('lookup', 'delete', 'aws-accounts');
    expect(stored()).toEqual([]);
  });

  it.each([
    [['teams', 'web', 'owner=ana'], '--label is missing'],
    [['aws-accounts', '1', 'owner'], '"owner" is no label; expected name=value'],
    [['aws-accounts', '1', 'owner=ana', 'owner=bo'], 'owner, owner: one label is said twice'],
    [['aws-accounts', '1', 'name=a', 'account_name=b'], 'one label is said twice'],
    [['aws-accounts', '', 'owner=ana'], '<table>: the value is empty'],
    [['aws-accounts', '1', 'ow ner=ana'], '"ow ner" is no name of a label'],
    [['aws-accounts', '1', 'owner='], 'owner is empty'],
    [['aws-accounts', '1', `owner=${'x'.repeat(257)}`], 'owner has 257 characters; expected at most 256'],
    [['aws-accounts', '1', 'owner=a\nb'], 'has a line break'],
    [
      ['aws-accounts', '1', ...Array.from({ length: 11 }, (_, at) => `l${String(at)}=x`)],
      'more than 10 labels',
    ],
  ])('refuses %j', async (argv, problem) => {
    const ran = await tocsin('lookup', 'set', ...argv);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(problem)]);
    expect(stored()).toEqual([]);
  });
});

describe('lookup import', () => {
  it('takes a CSV file, and keeps what is not in it', async () => {
    await tocsin('lookup', 'set', 'aws-accounts', ...PAYMENTS);
    const file = join(folder, 'accounts.csv');
    await writeFile(
      file,
      '\uFEFFaccount,name,owner\r\n444455556666,"sand, box",\r\n777788889999,"say ""hi""",ops@example.com\r\n',
    );
    expect((await tocsin('lookup', 'import', 'aws-accounts', '--csv', file)).stdout).toContain(
      'Imported 2 values',
    );
    expect(stored()[0]?.entries).toEqual({
      '111122223333': { account_name: 'prod-payments', owner: 'payments@example.com' },
      '444455556666': { account_name: 'sand, box' },
      '777788889999': { account_name: 'say "hi"', owner: 'ops@example.com' },
    });
  });

  it.each<[string, string | Buffer, string]>([
    ['a quote without a partner', 'account,name\n\n1,"open\n', 'line 3: a quote has no partner'],
    ['one column', 'account\n1\n', 'has no entries'],
    ['no line below the first', 'account,name\r\n', 'has no entries'],
    ['nothing', '', 'has no entries'],
    ['other separators', 'account;name\n1;a\n', 'its columns are separated by ";"; expected commas'],
    ['tabs', 'account\tname\n1\ta\n', String.raw`separated by "\t"`],
    ['another encoding', Buffer.from('account,name\n1,M\u00fcller\n', 'latin1'), 'not written in UTF-8'],
    ['UTF-16', Buffer.from('\uFEFFaccount,name\n1,a\n', 'utf16le'), 'not written in UTF-8'],
    ['a value twice', 'account,name\n1,a\n2,b\n1,c\n', 'line 4: "1" is there already, in line 2'],
    ['a column twice', 'account,owner,owner\n1,a,b\n', 'line 1: the column "owner" is there twice'],
    ['a comma without quotes', 'account,name\n1,a, b\n', 'line 2: 3 cells under 2 names'],
    ['no labels', 'account,name\n1,a\n2,\n', 'line 3: no label'],
    ['no value', 'account,name\n,a\n', 'line 2: the value is empty'],
    [
      'a line break in a label',
      'account,name\n1,"a\nb"\n2,"a\nb"\n',
      'line 4: account_name has a line break',
    ],
  ])('of %s is refused with its line, and nothing is imported', async (_, content, problem) => {
    const file = join(folder, 'broken.csv');
    await writeFile(file, content);
    const ran = await tocsin('lookup', 'import', 'aws-accounts', '--csv', file);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(problem)]);
    expect(stored()).toEqual([]);
  });

  it.each([
    ['', []],
    ['a,b', [['a', 'b']]],
    [
      'a,b\n\nc,\n',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    ['"a\nb",c', [['a\nb', 'c']]],
  ])('reads %j', (text, rows) => {
    expect(readCsv(text).map(({ cells }) => cells)).toEqual(rows);
  });
});

it('what it adds is seen by route explain, and can be matched', async () => {
  await gateway.config.create('destination', aWebhook({ id: 'dst_a', name: 'siem' }));
  await gateway.config.create('destination', aWebhook({ id: 'dst_b', name: 'payments' }));
  await gateway.config.create('source', aSource({ id: 'src_1', name: 'ci', format: 'generic' }));
  await tocsin('lookup', 'set', 'aws-accounts', ...PAYMENTS);
  await tocsin('route', 'create', '--name', 'p', '--to', 'payments', '--match', 'account_name=~"prod-.*"');
  const file = join(folder, 'payload.json');
  await writeFile(file, JSON.stringify({ title: 'x', labels: { account: '111122223333' } }));
  expect(await tocsin('route', 'explain', file, '--source', 'ci', '--expect', 'payments')).toMatchObject({
    code: 0,
  });
});

it('the commands of the page on who is told do what it says', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/who-is-told.md'), 'utf8');
  const commands = page
    .split('\n')
    .filter((line) => line.startsWith('npx tocsin lookup ') && !line.includes('--csv'));
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) {
    expect(await tocsin(...command.split(' ').slice(2))).toMatchObject({ code: 0, stderr: '' });
  }
});
