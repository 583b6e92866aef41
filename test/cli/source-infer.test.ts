import { describe, expect, it } from 'vitest';
import { aRoutedAlert, anAlert } from './records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';
import type { Source } from '../../functions/core/model/config/source.ts';

async function aGateway(argv: string[], records: Record<string, unknown>[]) {
  const gateway = memoryGateway();
  await run(['source', 'create', '--name', 'siem', ...argv], { gateway });
  const source = [...gateway.kept.config.source.values()][0] as Source;
  for (const [index, details] of records.entries()) {
    const alert = anAlert({
      id: `alert-${index}`,
      source: { id: source.id, name: source.name, format: source.format },
      details,
    });
    gateway.kept.alerts.set(alert.id, aRoutedAlert(alert));
  }
  return gateway;
}

const RECORDS = [
  { name: 'a', priority: 1, host: 'web-1' },
  { name: 'b', priority: 2, host: 'web-2' },
];

describe('source infer', () => {
  it('proposes what the source then takes', async () => {
    const gateway = await aGateway(['--format', 'mapping', '--map', 'title=name'], RECORDS);
    const ran = await run(['source', 'infer', 'siem', '--since', '30d', '--json'], { gateway });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const found = ran.json() as { command: string };
    expect(found).toMatchObject({
      alerts: 2,
      is_whole_record: true,
      schema: { required: ['host', 'name', 'priority'] },
      mapping: { fields: { title: 'name', severity: 'priority', resource: 'host' }, severities: [2, 1] },
    });
    expect(found.command).toContain("--severity-map '2=medium,1=medium'");
    const argv = found.command.replaceAll("'", '').split(' ').slice(1);
    expect(await run(argv, { gateway })).toMatchObject({ code: 0, stderr: '' });
  });

  it('prints a command that can be pasted as it stands', async () => {
    const gateway = await aGateway(['--format', 'mapping', '--map', 'title=name'], RECORDS);
    const argv = ['source', 'infer', 'siem', '--since', '30d', '--data', 'my data'];
    const { stdout } = await run(argv, { gateway, env: { npm_command: 'exec' } });
    expect(stdout).toContain("npx tocsin --data 'my data' source update siem --format mapping");
  });

  it('says when it saw only a part of the records', async () => {
    const gateway = await aGateway([], RECORDS);
    const { stdout } = await run(['source', 'infer', 'siem', '--since', '30d'], { gateway });
    expect(stdout).toContain('does not keep whole records');
    expect(stdout).not.toContain('"required"');
    expect(stdout).toContain('the direction is never guessed');
  });

  it('of a source that sent nothing is a failure that says so', async () => {
    const ran = await run(['source', 'infer', 'siem'], { gateway: await aGateway([], []) });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('sent nothing');
  });

  it('goes by the record that was refused, which is whole', async () => {
    const gateway = await aGateway([], []);
    const [id = ''] = gateway.kept.config.source.keys();
    const record = '{"rule":{"name":"Suspicious PowerShell","severity":"high","id":"r1"}}';
    gateway.kept.refusedSamples.set(id, { at: '2026-03-01T11:59:00.000Z', record });
    const ran = await run(['source', 'infer', 'siem', '--json'], { gateway });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { command } = ran.json() as { command: string };
    expect(ran.json()).toMatchObject({ is_whole_record: true, refused_at: '2026-03-01T11:59:00.000Z' });
    expect(command).toContain("--map 'title=rule.name'");
    expect((await run(command.replaceAll("'", '').split(' ').slice(1), { gateway })).code).toBe(0);
    expect((await run(['source', 'infer', 'siem'], { gateway })).stdout).toContain('was refused at');
  });

  it('finds the list that the records stand in', async () => {
    const gateway = await aGateway([], []);
    const [id = ''] = gateway.kept.config.source.keys();
    const events = [
      { key: 'EVT_IPS', msg: 'IPS alert 1', severity: 'high' },
      { key: 'EVT_IPS', msg: 'IPS alert 2' },
    ];
    const record = JSON.stringify({ site: { id: 7 }, data: { events } });
    gateway.kept.refusedSamples.set(id, { at: '2026-03-01T11:59:00.000Z', record });
    const { command } = (await run(['source', 'infer', 'siem', '--json'], { gateway })).json() as {
      command: string;
    };
    expect(command).toContain('--envelope data.events');
    expect(command).toContain("--map 'title=msg'");
    expect((await run(command.replaceAll("'", '').split(' ').slice(1), { gateway })).code).toBe(0);
    expect([...gateway.kept.config.source.values()][0]).toMatchObject({ envelope: 'data.events' });
  });

  it('is named by the status when a path of the mapping leads to nothing', async () => {
    const gateway = await aGateway(
      ['--format', 'mapping', '--map', 'title=name', '--map', 'severity=rule.sev'],
      RECORDS,
    );
    for (const [id, routed] of gateway.kept.alerts) {
      const alert = { ...routed.alert, received_at: new Date(NOW - 1_000).toISOString() };
      gateway.kept.alerts.set(id, { ...routed, alert });
    }
    const { stdout } = await run(['source', 'status', 'siem'], { gateway });
    expect(stdout).toContain('severity=rule.sev');
    expect(stdout).not.toContain('title=name');
  });
});
