import { readFile } from 'node:fs/promises';
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

it('the last destination that is told of Tocsin itself cannot be switched off', async () => {
  const gateway = await aGateway();
  const refused = await run(['destination', 'update', 'siem', '--system-alerts', 'off'], { gateway });
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('is the last destination that is told'),
  ]);
  expect(gateway.kept.config.destination.get('dst_a')).not.toHaveProperty('systemAlerts');
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
