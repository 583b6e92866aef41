import { describe, expect, it } from 'vitest';
import { aRoutedAlert, anAlert } from './records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';
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
      mapping: { fields: { title: 'name', severity: 'priority', resource: 'host' }, severities: [1, 2] },
    });
    const argv = found.command.replaceAll("'", '').replace('SCALE', 'priority').split(' ').slice(1);
    expect(await run(argv, { gateway })).toMatchObject({ code: 0, stderr: '' });
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
});
