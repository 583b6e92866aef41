import { beforeEach, describe, expect, it } from 'vitest';
import { memoryGateway } from './memory-gateway.ts';
import { aDeadLetter, aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { NOW, run } from './run.ts';
import type { MemoryGateway } from './memory-gateway.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';

const at = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1_000).toISOString();
let gateway: MemoryGateway;

function aWebhook(id: string, name: string): WebhookDestination {
  return {
    id,
    name,
    channel: 'webhook',
    url: 'https://siem.example.com/',
    auth: { type: 'hmac' },
    profile: 'tocsin',
    format: 'tocsin',
    retry: { delaysSeconds: [] },
    customHeaderNames: [],
    isEnabled: true,
    version: 1,
    createdAt: at(60),
    updatedAt: at(60),
  };
}

beforeEach(async () => {
  gateway = memoryGateway();
  await gateway.config.create('destination', aWebhook('dst_a', 'siem'));
  await gateway.config.create('destination', aWebhook('dst_b', 'soc'));
});

describe('alerts list', () => {
  it.each(['Tocsin', 'tocsin', 'TOCSIN'])('of %s are those about the gateway itself', async (name) => {
    const source = { id: 'tocsin', name: 'Tocsin', format: 'system' };
    for (const alert of [anAlert({ id: 's', title: 'A source is silent', source, received_at: at(60) })]) {
      gateway.kept.alerts.set(alert.id, aRoutedAlert(alert));
    }
    const ran = await run(['alerts', 'list', '--json', '--source', name], { gateway });
    expect(ran.json()).toMatchObject({ alerts: [{ title: 'A source is silent' }] });
  });

  const titles = async (...argv: string[]): Promise<string[]> => {
    const ran = await run(['alerts', 'list', '--json', ...argv], { gateway });
    expect(ran.code).toBe(0);
    return (ran.json() as { alerts: { title: string }[] }).alerts.map(({ title }) => title);
  };
  beforeEach(() => {
    const rows = [
      aRoutedAlert(anAlert({ id: 'a', title: 'fresh', received_at: at(60) })),
      aRoutedAlert(anAlert({ id: 'b', title: 'minor', severity: 'low', received_at: at(120) })),
      aRoutedAlert(anAlert({ id: 'c', title: 'lonely', received_at: at(180) }), { routing: 'unrouted' }),
      aRoutedAlert(anAlert({ id: 'd', title: 'over', status: 'resolved', received_at: at(240) })),
      aRoutedAlert(anAlert({ id: 'e', title: 'old', type: 'x.y', received_at: at(90_000) })),
    ];
    for (const row of rows) gateway.kept.alerts.set(row.alert.id, row);
  });

  it.each<[string[], string[]]>([
    [[], ['fresh', 'minor', 'lonely', 'over']],
    [
      ['--since', '2d'],
      ['fresh', 'minor', 'lonely', 'over', 'old'],
    ],
    [['--since', '2026-03-01T11:58:30Z'], ['fresh']],
    [
      ['--until', '150s'],
      ['lonely', 'over'],
    ],
    [
      ['--severity', 'high'],
      ['fresh', 'lonely', 'over'],
    ],
    [['--state', 'unrouted'], ['lonely']],
    [['--state', 'resolved'], ['over']],
    [['--since', '2d', '--type', 'x.y'], ['old']],
    [['--since', '2d', '--type', 'x.*'], ['old']],
    [['--text', 'LONE'], ['lonely']],
    [['--source', 'src_other'], []],
    [
      ['--limit', '2'],
      ['fresh', 'minor'],
    ],
    [
      ['--limit', '2', '--after', '2'],
      ['lonely', 'over'],
    ],
  ])('with %j shows %j', async (argv, expected) => {
    expect(await titles(...argv)).toEqual(expected);
  });

  it.each([
    [['--since', 'yesterday'], 2],
    [['--since', '1h', '--until', '2h'], 2],
    [['--severity', 'urgent'], 2],
    [['--state', 'gone'], 2],
    [['--limit', '0'], 2],
    [['--limit', 'ten'], 2],
    [['--source', 'nope'], 1],
  ])('answers %j with %i', async (argv, code) => {
    expect((await run(['alerts', 'list', ...argv], { gateway })).code).toBe(code);
  });

  it('says how to go on', async () => {
    expect((await run(['alerts', 'list', '--limit', '2'], { gateway })).stdout).toContain('--after 2');
  });

  it.each([80, 100, 120])(
    'fits %i columns with full ids, and lets no title touch the terminal',
    async (columns) => {
      gateway.kept.alerts.set(
        'a',
        aRoutedAlert(
          anAlert({ title: `\u001b[2J\u202e${'long 暗号 '.repeat(40)}\r\nx`, received_at: at(1) }),
        ),
      );
      const { stdout } = await run(['alerts', 'list'], { gateway, columns });
      expect(stdout).toContain(anAlert().id);
      // oxlint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/[\u001b\u202e\r]/);
      const wide = (line: string): number => line.length + (line.match(/\p{Script=Han}/gu) ?? []).length;
      expect(Math.max(...stdout.split('\n').map(wide))).toBeLessThanOrEqual(columns);
      const [table = '', ...notes] = stdout.trimEnd().split('\n\n');
      expect(table.split('\n')).toHaveLength(5);
      // What matters least goes first, and is named.
      expect(table).toContain('SENT TO');
      expect(notes).toEqual(columns > 80 ? [] : [expect.stringContaining('No room for SOURCE:')]);
    },
  );
});

describe('the column of who is told', () => {
  const planned = { id: 'd', destination_id: 'dst_a', channel: 'webhook' } as const;
  const silenced = { ...planned, silence: { id: 'sil_1' } };
  const outside = { intervals: ['office-hours'] };
  const held = { ...planned, outside: { ...outside, until: at(9) } };

  it.each([
    ['1', [planned]],
    ['1', [planned, silenced, held]],
    ['silenced', [silenced]],
    ['held', [silenced, held]],
    ['dropped', [{ ...planned, outside }]],
  ])('says %s', async (said, deliveries) => {
    gateway.kept.alerts.set(
      'a',
      aRoutedAlert(anAlert({ id: 'a', title: 'T', received_at: at(1) }), { deliveries }),
    );
    const { stdout } = await run(['alerts', 'list'], { gateway, columns: 160 });
    expect(stdout).toMatch(new RegExp(` T +${said} +a\\b`, 'u'));
  });
});

describe('alerts show', () => {
  it('tells the alert, why it went where, and its deliveries', async () => {
    const trace = [
      {
        destination_id: 'dst_a',
        destination_name: 'siem',
        decision: 'deliver',
        because: 'route-matched',
        route: 'urgent',
      },
      { destination_id: 'dst_b', destination_name: 'soc', decision: 'skip', because: 'destination-disabled' },
    ] as const;
    gateway.kept.alerts.set(anAlert().id, aRoutedAlert(anAlert(), { trace: [...trace] }));
    gateway.kept.deliveries.set('x', aDelivery());
    const { stdout } = await run(['alerts', 'show', anAlert().id], { gateway });
    expect(stdout).toMatch(/HIGH Threat Intel Match: 203\.0\.113\.50/);
    expect(stdout).toMatch(/siem: chosen, a route matched \(urgent\)/);
    expect(stdout).toMatch(/soc: not chosen, it is disabled/);
    expect(stdout).toMatch(/siem +delivered +0 +0b7f2e1c/);
    expect((await run(['alerts', 'show', anAlert().id, '--json'], { gateway })).json()).toMatchObject({
      alert: { id: anAlert().id },
      trace,
      deliveries: [{ state: 'delivered' }],
    });
  });

  it('fails for an id that is not there', async () => {
    expect((await run(['alerts', 'show', 'nope'], { gateway })).code).toBe(1);
  });
});

describe('deliveries', () => {
  beforeEach(() => {
    gateway.kept.alerts.set(anAlert().id, aRoutedAlert(anAlert()));
    const rows = [
      aDelivery({ id: 'one', created_at: at(30) }),
      aDelivery({
        id: 'two',
        created_at: at(20),
        destination_id: 'dst_b',
        state: 'dead',
        reason: 'receiver-rejected',
      }),
      aDelivery({ id: 'three', created_at: at(10), state: 'pending', alert_id: 'other' }),
    ];
    for (const row of rows) gateway.kept.deliveries.set(row.id, row);
  });

  it.each<[string[], string[]]>([
    [[], ['three', 'two', 'one']],
    [
      ['--limit', '2'],
      ['three', 'two'],
    ],
    [['--state', 'dead'], ['two']],
    [
      ['--destination', 'siem'],
      ['three', 'one'],
    ],
    [['--destination', 'dst_a', '--state', 'pending'], ['three']],
    [
      ['--alert', anAlert().id],
      ['one', 'two'],
    ],
    [['--alert', anAlert().id, '--destination', 'soc'], ['two']],
  ])('list %j is %j', async (argv, ids) => {
    const ran = await run(['deliveries', 'list', '--json', ...argv], { gateway });
    expect((ran.json() as { deliveries: { id: string }[] }).deliveries.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    [['--destination', 'nope'], 1],
    [['--alert', 'nope'], 1],
    [['--state', 'lost'], 2],
    [['--after', 'x'], 2],
  ])('list %j exits with %i', async (argv, code) => {
    expect((await run(['deliveries', 'list', ...argv], { gateway })).code).toBe(code);
  });

  it('show tells every attempt and what comes next', async () => {
    gateway.kept.deliveries.set(
      'story',
      aDelivery({
        id: 'story',
        state: 'pending',
        reason: 'receiver-error',
        attempt: 2,
        due_at: at(-480),
        attempts: [
          {
            number: 1,
            started_at: at(200),
            duration_ms: 10_000,
            outcome: 'retry',
            reason: 'timeout',
            destination_version: 1,
            next_due_at: at(170),
          },
          {
            number: 2,
            started_at: at(170),
            duration_ms: 42,
            outcome: 'retry',
            reason: 'receiver-error',
            status: 503,
            destination_version: 1,
            next_due_at: at(-480),
            response_excerpt: 'down\u001b[31m',
            address: '203.0.113.7',
            tls_version: 'TLSv1.3',
            phases_ms: { dns: 3, connect: 12, tls: 20, first_byte: 5 },
          },
        ],
      }),
    );
    gateway.kept.endpointHealth.set('dst_a', { failures: 5, openings: 1, openUntil: at(-60) });
    const { stdout } = await run(['deliveries', 'show', 'story'], { gateway });
    expect(stdout.slice(stdout.indexOf('Attempts'))).toBe(
      [
        'Attempts',
        `  1.  ${at(200)}  retry: timeout  in 10.0 s  next due ${at(170)}`,
        `  2.  ${at(170)}  retry: receiver-error 503  in 42 ms  next due ${at(-480)}`,
        '      to 203.0.113.7 with TLSv1.3 (dns 3 ms, connect 12 ms, tls 20 ms, first byte 5 ms)',
        '      answer: down[31m',
        `  the receiver failed 5 times in a row: nothing is sent to it until ${at(-60)}`,
        '  3.  after that, in 60s',
        '',
      ].join('\n'),
    );
  });
});

describe('dead letters', () => {
  beforeEach(() => {
    gateway.kept.letters = [
      aDeadLetter({ messageId: 'a', destinationId: 'dst_a', sentAt: at(7_200) }),
      aDeadLetter({ messageId: 'b', destinationId: 'dst_b', reason: 'receiver-rejected' }),
      aDeadLetter({ messageId: 'c', queue: 'alerts', reason: 'pipeline-fault' }),
    ];
  });
  const left = (): string[] => gateway.kept.letters.map(({ messageId }) => messageId);

  it('are listed oldest first and made visible again', async () => {
    const ran = await run(['dead-letters', 'list', '--json'], { gateway });
    expect(ran.json()).toMatchObject({
      dead_letters: [
        { message_id: 'a', destination_name: 'siem', attempts: 3 },
        { message_id: 'b' },
        { message_id: 'c' },
      ],
    });
    expect(gateway.kept.hidden.size).toBe(0);
    expect(left()).toHaveLength(3);
  });

  it('show the ids of their alerts, and the redrive that moves them and as few others as possible', async () => {
    const proposed = async (): Promise<string> => {
      const { stdout } = await run(['dead-letters', 'list'], { gateway, columns: 160 });
      for (const { delivery } of gateway.kept.letters) expect(stdout).toContain(delivery?.alert_id ?? '');
      return /move them back: (.*)/u.exec(stdout)?.[1] ?? '';
    };
    expect(await proposed()).toBe('tocsin dead-letters redrive --all');
    gateway.kept.letters = [
      aDeadLetter({ messageId: 'a' }),
      aDeadLetter({ messageId: 'b', destinationId: 'dst_b' }),
    ];
    expect(await proposed()).toBe('tocsin dead-letters redrive --reason receiver-unreachable');
    gateway.kept.letters = [
      aDeadLetter({ messageId: 'a' }),
      aDeadLetter({ messageId: 'b', reason: 'receiver-rejected' }),
    ];
    expect(await proposed()).toBe('tocsin dead-letters redrive --destination siem');
    gateway.kept.letters = [aDeadLetter({ messageId: 'a' })];
    expect(await proposed()).toBe(
      'tocsin dead-letters redrive --destination siem --reason receiver-unreachable',
    );
  });

  it.each<[string[], string[]]>([
    [
      ['--destination', 'siem'],
      ['b', 'c'],
    ],
    [
      ['--reason', 'receiver-rejected'],
      ['a', 'c'],
    ],
    [['--since', '90m'], ['a']],
    [
      ['--letter', 'b'],
      ['a', 'c'],
    ],
    [['--letter', 'a', '--letter', 'c'], ['b']],
    [
      ['--letter', 'a', '--reason', 'of-no-letter'],
      ['a', 'b', 'c'],
    ],
    [
      ['--destination', 'soc', '--reason', 'receiver-unreachable'],
      ['a', 'b', 'c'],
    ],
    [['--all'], []],
  ])('redrive %j leaves %j, and a second time changes nothing', async (argv, expected) => {
    for (let times = 0; times < 2; times += 1) {
      const ran = await run(['dead-letters', 'redrive', ...argv, '--json'], { gateway });
      expect(ran.json()).toMatchObject({ dry_run: false, moved: times === 0 ? 3 - expected.length : 0 });
      expect(left()).toEqual(expected);
    }
    expect([...gateway.kept.hidden].filter((id) => left().includes(id))).toEqual([]);
  });

  it.each([[['--all']], [['--destination', 'siem']]])(
    'stay where they are in a dry run with %j',
    async (argv) => {
      const ran = await run(['dead-letters', 'redrive', ...argv, '--dry-run', '--json'], { gateway });
      expect(ran.json()).toMatchObject({ dry_run: true, would_move: argv.length === 1 ? 3 : 1 });
      expect(left()).toHaveLength(3);
      expect(gateway.kept.hidden.size).toBe(0);
    },
  );

  it.each([[['--all']], [['--reason', 'receiver-rejected']], [['--destination', 'siem', '--dry-run']]])(
    'are not said to be none while somebody else reads one: redrive with %j',
    async (argv) => {
      gateway.kept.hidden.add('b');
      const ran = async (more: string[] = []) =>
        run(['dead-letters', 'redrive', ...argv, ...more], { gateway, sleep: async () => {} });
      expect((await ran()).stdout).toContain('1 more is being read by somebody else');
      expect((await ran(['--json'])).json()).toMatchObject({ being_read: 1 });
    },
  );

  it('become visible again when moving one fails', async () => {
    const broken = { ...gateway.deadLetters, redrive: async () => Promise.reject(new Error('no')) };
    const ran = await run(['dead-letters', 'redrive', '--reason', 'pipeline-fault'], {
      gateway: { ...gateway, deadLetters: broken },
    });
    expect(ran.code).toBe(1);
    expect(gateway.kept.hidden.size).toBe(0);
  });

  it.each([
    [[]],
    [['--dry-run']],
    [['--all', '--reason', 'x']],
    [['--all', '--letter', 'a']],
    [['--since', 'never']],
  ])('redrive %j is wrong usage', async (argv) => {
    expect((await run(['dead-letters', 'redrive', ...argv], { gateway })).code).toBe(2);
    expect(left()).toHaveLength(3);
  });
});

describe('routes', () => {
  it('name their destinations and sources, which must exist', async () => {
    expect((await run(['route', 'create', '--name', 'x', '--to', 'nope'], { gateway })).code).toBe(1);
    expect((await run(['route', 'create', '--name', 'x'], { gateway })).code).toBe(2);
    expect(
      (await run(['route', 'create', '--name', 'x', '--to', 'siem', '--label', 'prod'], { gateway })).code,
    ).toBe(2);
    await run(['source', 'create', '--name', 'ci'], { gateway });
    const ran = await run(
      [
        'route',
        'create',
        '--name',
        'x',
        '--to',
        'siem,dst_b',
        '--source',
        'ci',
        '--type',
        'github.*',
        '--min-severity',
        'high',
        '--label',
        'a=b=c',
        '--json',
      ],
      { gateway },
    );
    expect(ran.json()).toMatchObject({
      destination_ids: ['dst_a', 'dst_b'],
      condition: { types: ['github.*'], min_severity: 'high', labels: { a: 'b=c' } },
    });
    expect([...gateway.kept.config.route.values()]).toMatchObject([
      { condition: { sourceIds: [expect.stringMatching(/^src_/)] } },
    ]);
    expect((await run(['route', 'list'], { gateway, columns: 120 })).stdout).toMatch(
      /high and above, from ci, type github\.\*/,
    );
  });
});
