import { beforeEach, describe, expect, it } from 'vitest';
import { aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

const NAME = 'security-operations-of-the-payments-team';
const TITLE = 'An attacker who has been given a very long title by the sender of this alert, as senders do';
let gateway: MemoryGateway;
let destinationId: string;

beforeEach(async () => {
  gateway = memoryGateway();
  const create = ['destination', 'create', 'webhook', '--name', NAME, '--url', 'https://siem.example.com/'];
  destinationId = ((await run([...create, '--json'], { gateway })).json() as { id: string }).id;
  const alert = anAlert({ title: TITLE, source: { id: 'src_a', name: NAME, format: 'generic' } });
  const told = { id: aDelivery().id, destination_id: destinationId, channel: 'webhook' as const };
  gateway.kept.alerts.set(alert.id, aRoutedAlert(alert, { deliveries: [told] }));
  const delivery = aDelivery({
    destination_id: destinationId,
    state: 'dead',
    reason: 'receiver-unreachable',
  });
  gateway.kept.deliveries.set(delivery.id, delivery);
});

describe.each([80, 120])('at %i columns', (columns) => {
  it.each<[string[], () => string]>([
    [['status'], () => ''],
    [['alerts', 'list'], () => anAlert().id],
    [['deliveries', 'list'], () => aDelivery().id],
    [['destination', 'list'], () => destinationId],
    [['why', anAlert().id], () => ''],
  ])('%j has no row that a terminal would break, and ids are whole', async (argv, id) => {
    const { stdout } = await run(argv, { gateway, columns });
    const rows = stdout.split('\n').filter((line) => / {2,}\S/u.test(line) && !line.includes('tocsin '));
    expect(rows.filter((row) => row.length > columns)).toEqual([]);
    expect(stdout).toContain(id());
    expect(stdout.length).toBeGreaterThan(50);
  });
});
