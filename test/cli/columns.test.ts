import { beforeAll, describe, expect, it } from 'vitest';
import { everyCommand } from './examples.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { aDeadLetter, aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { NOW, run } from './run.ts';

const NAME = 'security-operations-of-the-payments-team';
const OTHER = '東京セキュリティ監視センターの当番';
const TITLE = 'サーバー 😀 An attacker who has been given a very long title by the sender of this alert';
const ADDRESS = 'the-whole-incident-response-rotation@security.payments.example.com';

/** Canaries are made by the gateway itself, and none is in memory. */
const LISTS = (await everyCommand()).filter((path) => path.at(-1) === 'list' && path[0] !== 'canary');
const MORE = [
  ['status'],
  ['why', anAlert().id],
  ['alerts', 'show', anAlert().id],
  ['audit'],
  ['dead-letters', 'redrive', '--all', '--dry-run'],
  ['lookup', 'show', 'accounts'],
];

/** Columns that a text takes. Wide are here the letters and the emoji that the names and titles above have. */
const widthOf = (text: string) =>
  Array.from(text).reduce(
    (sum, character) => sum + (/[\u3000-\u9fff]|\p{Emoji_Presentation}/u.test(character) ? 2 : 1),
    0,
  );

/** Lines of several columns; prose and the commands in it are for the terminal to break. */
const tableRows = (text: string) =>
  text.split('\n').filter((line) => / {2,}\S/u.test(line.trim()) && !line.includes('tocsin '));

let gateway: MemoryGateway;

const done = async (...argv: string[]) => {
  expect(await run([...argv], { gateway })).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('error') as string,
  });
};

/** Of everything that can be listed, something whose texts are as long as they can be. */
beforeAll(async () => {
  gateway = memoryGateway();
  await done(
    'destination',
    'create',
    'webhook',
    '--name',
    NAME,
    '--url',
    'https://siem.example.com/a/long/path',
  );
  await done('destination', 'create', 'email', '--name', OTHER, '--to', `${ADDRESS},b@example.com`);
  await done(
    'source',
    'create',
    '--name',
    NAME,
    '--format',
    'alertmanager',
    '--auth',
    'shared-secret',
    '--header',
    'X-Key',
  );
  await done(
    'source',
    'create',
    '--name',
    OTHER,
    '--format',
    'cloudwatch-alarm',
    '--auth',
    'sns',
    '--topic',
    'arn:aws:sns:eu-central-1:111122223333:alarms',
  );
  await done('interval', 'set', NAME, 'mon-fri 08:00-18:00 Europe/Berlin; sat 08:00-12:00 Europe/Berlin');
  await done(
    'route',
    'create',
    '--name',
    NAME,
    '--to',
    `${NAME},${OTHER}`,
    '--match',
    `source=~"${NAME}|something-else"`,
    '--active',
    NAME,
  );
  await done('silence', 'create', '--match', `source="${NAME}"`, '--for', '2h', '--comment', TITLE);
  await done(
    'lookup',
    'set',
    'accounts',
    '111122223333',
    '--label',
    'account',
    `name=${NAME}`,
    `owner=${ADDRESS}`,
  );
  await done(
    'remediation',
    'set',
    `${NAME}.*`,
    '--step',
    TITLE,
    '--url',
    'https://runbooks.example.com/a/long/path',
  );
  await done('suppressions', 'add', OTHER, ADDRESS);
  const [siem, mail] = [...gateway.kept.config.destination.values()].map(({ id }) => id) as [string, string];
  const alert = anAlert({
    title: TITLE,
    severity: 'critical',
    source: { id: 'src_a', name: OTHER, format: 'generic' },
  });
  const fresh = new Date(NOW - 23 * 3_600_000).toISOString();
  const deliveries = [
    aDelivery({ destination_id: siem, state: 'dead', reason: 'configuration-unreadable' }),
    aDelivery({
      id: '1b7f2e1c-8a4d-5c3e-9f60-2d1e4b5a6c7d',
      destination_id: mail,
      channel: 'email',
      recipient: ADDRESS,
      state: 'delivered',
      created_at: fresh,
      mail_events: [{ id: 'e', type: 'bounce', at: fresh, message_id: 'm', is_permanent: true }],
    }),
    aDelivery({
      id: '2b7f2e1c-8a4d-5c3e-9f60-2d1e4b5a6c7d',
      destination_id: mail,
      channel: 'email',
      recipient: ADDRESS,
      state: 'pending',
      attempt: 0,
      reason: 'outside-interval',
      due_at: '2026-03-02T08:00:00.000Z',
    }),
  ];
  for (const delivery of deliveries) gateway.kept.deliveries.set(delivery.id, delivery);
  const planned = deliveries.map(({ id, destination_id, channel }) => ({ id, destination_id, channel }));
  gateway.kept.alerts.set(alert.id, aRoutedAlert(alert, { deliveries: planned }));
  gateway.kept.letters.push(
    aDeadLetter({
      queue: 'webhookRetry',
      destinationId: siem,
      title: TITLE,
      reason: 'configuration-unreadable',
    }),
    aDeadLetter({ queue: 'email', destinationId: mail, title: TITLE, messageId: 'other' }),
  );
});

describe.each([80, 120])('at %i columns', (columns) => {
  it.each([...LISTS, ...MORE])('%j %j has no row that a terminal would break', async (...argv) => {
    const { stdout } = await run(
      argv.filter((word) => word !== undefined),
      { gateway, columns },
    );
    expect(tableRows(stdout).filter((row) => widthOf(row) > columns)).toEqual([]);
    expect(stdout.length).toBeGreaterThan(10);
  });

  it.each([
    ['alerts', () => anAlert().id],
    ['deliveries', () => aDelivery().id],
    ['dead-letters', () => anAlert().id],
    ['destination', () => [...gateway.kept.config.destination.keys()][0] ?? ''],
    ['source', () => [...gateway.kept.config.source.keys()][0] ?? ''],
  ])('%s list shows ids as a whole', async (noun, id) => {
    const { stdout } = await run([noun, 'list'], { gateway, columns });
    expect(stdout).toContain(id());
  });

  it('alerts list says to how many each was sent', async () => {
    expect((await run(['alerts', 'list'], { gateway, columns })).stdout).toContain('SENT TO');
  });

  it('deliveries list tells a mail that came back from one that arrived', async () => {
    expect((await run(['deliveries', 'list'], { gateway, columns })).stdout).toContain('bounced (hard)');
  });
});

it.each([...LISTS, ...MORE])(
  'at 40 columns %j %j has no row that a terminal would break',
  async (...argv) => {
    const { stdout } = await run(
      argv.filter((word) => word !== undefined),
      { gateway, columns: 40 },
    );
    const wide = tableRows(stdout).filter((row) => widthOf(row) > 40);
    // A name and its value on a line of their own may be broken: nothing stands behind them.
    expect(wide.filter((row) => row.trim().split(/ {2,}/u).length > 2)).toEqual([]);
  },
);
