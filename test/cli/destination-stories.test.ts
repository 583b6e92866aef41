import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { aMailingList, aSource, aWebhook } from '../adapters/records.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

let gateway: MemoryGateway;
const stored = (name: string) =>
  [...gateway.kept.config.destination.values()].find((destination) => destination.name === name);
const update = async (...argv: string[]) => run(['destination', 'update', ...argv], { gateway });
const shown = async (name: string) =>
  (await run(['destination', 'show', name, '--json'], { gateway })).json() as Record<string, unknown>;

beforeEach(async () => {
  gateway = memoryGateway();
  await gateway.config.create('destination', aMailingList({ name: 'ops' }));
  for (const format of ['slack', 'microsoft-teams', 'discord', 'pagerduty', 'tocsin']) {
    const auth = { type: 'none' } as const;
    await gateway.config.create('destination', aWebhook({ id: `dst_${format}`, name: format, format, auth }));
    await gateway.secrets.saveDestination(`dst_${format}`, {}, undefined);
  }
});

describe('--repeat and --resolved', () => {
  it.each([
    ['ops', 'every', 'if-told', true],
    ['slack', 'change', 'if-told', true],
    ['microsoft-teams', 'change', 'if-told', true],
    ['discord', 'change', 'if-told', true],
    ['pagerduty', 'every', 'always', false],
    ['tocsin', 'every', 'always', false],
  ])('suit %s where nothing is said', async (name, repeat, resolved, isDigesting) => {
    expect(await shown(name)).toMatchObject(
      name === 'ops' ? { repeat, resolved } : { repeat, resolved, is_digesting: isDigesting },
    );
  });

  it('are stored, shown, kept by other changes, and taken away by the word default', async () => {
    await update('slack', '--repeat', '4h', '--resolved', 'never');
    expect(stored('slack')).toMatchObject({ repeat: { afterSeconds: 14_400 }, resolved: 'never' });
    await update('slack', '--min-severity', 'high');
    expect(await shown('slack')).toMatchObject({ repeat: '4h', resolved: 'never', min_severity: 'high' });
    const { stdout } = await run(['destination', 'show', 'slack'], { gateway });
    expect(stdout).toContain('told again when its severity rises, its status changes, or after 4h');
    expect(stdout).toContain('never told');
    await update('slack', '--repeat', 'default', '--resolved', 'default');
    expect(stored('slack')).not.toHaveProperty('repeat');
    expect(stored('slack')).not.toHaveProperty('resolved');
  });

  it.each([
    ['--repeat', 'change', { repeat: 'change' }],
    ['--repeat', 'every', { repeat: 'every' }],
    ['--repeat', '1h30m', { repeat: { afterSeconds: 5_400 } }],
    ['--resolved', 'always', { resolved: 'always' }],
    ['--digests', 'off', { isDigesting: false }],
  ])('%s %s goes with mails and chats', async (flag, value, expected) => {
    for (const name of ['ops', 'discord']) {
      const done = await update(name, flag, value);
      expect(done.stderr).toBe('');
      expect(stored(name)).toMatchObject(expected);
    }
  });

  it('are taken at creation and in the wizard', async () => {
    const argv = [
      'email',
      '--name',
      'night',
      '--to',
      'a@b.example',
      '--repeat',
      'change',
      '--resolved',
      'always',
    ];
    await run(['destination', 'create', ...argv], { gateway });
    expect(stored('night')).toMatchObject({ repeat: 'change', resolved: 'always' });
    const { stdout } = await run(['setup', '--help'], { gateway });
    expect(stdout).toContain('--repeat <when>');
  });

  it.each([
    ['--repeat', 'sometimes', '--repeat: "sometimes" is not known; expected every, change or a duration'],
    ['--repeat', '10s', '--repeat: "10s" is not between 1m and 30d'],
    ['--repeat', '31d', '--repeat: "31d" is not between 1m and 30d'],
    ['--resolved', 'maybe', '--resolved: "maybe" is not known; expected one of if-told, always, never'],
  ])('%s %s is refused', async (flag, value, words) => {
    for (const name of ['ops', 'slack', 'pagerduty']) {
      const { code, stderr } = await update(name, flag, value);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(words) as string });
    }
  });
});

describe('--digests', () => {
  it('off does not go with a format that no person reads, and the refusal says which do', async () => {
    const { code, stderr } = await update('pagerduty', '--digests', 'off');
    expect(code).toBe(2);
    expect(stderr).toContain('slack, microsoft-teams, discord');
  });

  it('is not kept when a chat becomes something else', async () => {
    await update('slack', '--digests', 'off');
    await update('slack', '--format', 'tocsin');
    expect(stored('slack')).not.toHaveProperty('isDigesting');
  });
});

it('the time zone of mails is taken away by the word none', async () => {
  await update('ops', '--time-zone', 'Europe/Berlin');
  await update('ops', '--time-zone', 'none');
  expect(stored('ops')).not.toHaveProperty('timeZone');
});

it('the commands of the page on who is told are taken as they stand', async () => {
  const auth = { type: 'none' } as const;
  await gateway.config.create('destination', aWebhook({ id: 'dst_c', name: 'chat', format: 'slack', auth }));
  await gateway.secrets.saveDestination('dst_c', {}, undefined);
  await gateway.config.create('destination', aMailingList({ id: 'dst_d', name: 'on-call' }));
  await gateway.config.create('destination', aWebhook({ id: 'dst_e', name: 'siem' }));
  await gateway.config.create('source', aSource({ name: 'hub', format: 'security-hub' }));
  const page = await readFile(join(import.meta.dirname, '../../docs/who-is-told.md'), 'utf8');
  const commands = page
    .split('\n')
    .filter((line) => /^npx tocsin (?:destination|source) (?!create)/u.test(line))
    .map((line) => line.split(' ').slice(2));
  expect(commands.length).toBeGreaterThan(5);
  for (const command of commands) {
    expect(await run(command, { gateway })).toMatchObject({ code: 0, stderr: '' });
  }
});
