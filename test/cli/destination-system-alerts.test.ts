import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aMailingList, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

async function aGateway() {
  const gateway = memoryGateway();
  await gateway.config.create('destination', aWebhook({ id: 'dst_a', name: 'siem' }));
  await gateway.config.create(
    'destination',
    aMailingList({
      id: 'dst_b',
      name: 'on-call',
      recipients: [{ address: 'ceo@example.com', role: 'executive' }],
    }),
  );
  gateway.kept.secrets.set('destination/dst_a', { current: 'whsec_x' });
  return gateway;
}

it.each([
  ['siem', 'told of Tocsin itself (the default)'],
  ['on-call', 'not told of Tocsin itself: all of it are executives (the default)'],
])('%s is shown as %s', async (name, words) => {
  const ran = await run(['destination', 'show', name], { gateway: await aGateway(), columns: 200 });
  expect(ran.stdout).toContain(words);
});

it('the last destination that is told of Tocsin itself cannot be switched off', async () => {
  const gateway = await aGateway();
  const refused = await run(['destination', 'update', 'siem', '--system-alerts', 'off'], { gateway });
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('is the last destination that is told'),
  ]);
  expect(gateway.kept.config.destination.get('dst_a')).not.toHaveProperty('systemAlerts');
});

const FILE = (body: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-told-')), 'tocsin.yml');
  writeFileSync(
    path,
    `apiVersion: tocsin/v1\ndestinations:\n  siem: {channel: webhook, url: "https://siem.example.com/", secret: {stored: true}${body}}\n`,
  );
  return path;
};

it.each([
  [['destination', 'update', 'siem', '--system-alerts', 'off']],
  [['destination', 'disable', 'siem']],
  [['destination', 'delete', 'siem', '--yes']],
  [['apply', FILE(', system_alerts: "off"')]],
  [['apply', FILE(', enabled: false')]],
  [['apply', FILE(''), '--prune']],
])('%j is refused when it would leave nobody who is told of Tocsin itself', async (argv) => {
  const gateway = await aGateway();
  if (argv.includes('--prune')) {
    // Made by a file that named more: what no file names any more is deleted.
    gateway.kept.config.destination.delete('dst_a');
    await gateway.config.create('destination', aWebhook({ id: 'dst_c', name: 'soc' }), 'apply');
    gateway.kept.secrets.set('destination/dst_c', { current: 'whsec_x' });
    const empty = FILE('');
    writeFileSync(empty, 'apiVersion: tocsin/v1\ndestinations: {}\n');
    argv = ['apply', empty, '--prune'];
  }
  const before = structuredClone(gateway.kept.config);
  const refused = await run(argv, { gateway });
  expect(refused.stderr).toContain('the last destination that is told of Tocsin itself');
  expect(refused.code).toBe(1);
  expect(gateway.kept.config).toEqual(before);
});

it('a last destination of executives is not made by changing who is in it', async () => {
  const gateway = await aGateway();
  await run(['destination', 'update', 'on-call', '--system-alerts', 'on'], { gateway });
  expect(await run(['destination', 'disable', 'siem'], { gateway })).toMatchObject({ code: 0 });
  const refused = await run(['destination', 'update', 'on-call', '--system-alerts', 'default'], { gateway });
  expect(refused).toMatchObject({ code: 1 });
});

it('one can hand over to another in one file, and the only destination can go', async () => {
  const gateway = await aGateway();
  const path = FILE(', system_alerts: "off"');
  const handed = `${readFileSync(path, 'utf8')}  on-call: {channel: email, to: [{address: ceo@example.com, role: executive}], system_alerts: "on"}\n`;
  writeFileSync(path, handed);
  expect(await run(['apply', path], { gateway })).toMatchObject({ code: 0 });
  await run(['destination', 'delete', 'siem', '--yes'], { gateway });
  expect(await run(['destination', 'delete', 'on-call', '--yes'], { gateway })).toMatchObject({ code: 0 });
});

it('the commands of the page do what it says', async () => {
  const gateway = await aGateway();
  const page = await readFile(join(import.meta.dirname, '../../docs/who-is-told.md'), 'utf8');
  const commands = page
    .split('\n')
    .filter((line) => line.includes('--system-alerts o') && line.startsWith('npx'));
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    expect(await run(command.split(' ').slice(2), { gateway })).toMatchObject({ code: 0 });
  }
  const shown = await run(['destination', 'show', 'siem', '--json'], { gateway });
  expect(shown.json()).toMatchObject({ system_alerts: false });
  await run(['destination', 'update', 'siem', '--system-alerts', 'default'], { gateway });
  expect(gateway.kept.config.destination.get('dst_a')).not.toHaveProperty('systemAlerts');
});
