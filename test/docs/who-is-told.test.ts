import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decisionsOf } from '../../cli/route/decisions.ts';
import { readConfigured } from '../../cli/route/measure-effect.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import { aMailingList, anAlert, aSource, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';

const page = readFileSync(new URL('../../docs/who-is-told.md', import.meta.url), 'utf8');

/** The commands of a section, as the shell would split them. */
function commandsOf(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = [...section.matchAll(/```\n(.*?)```/gsu)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  return lines.map((line) =>
    [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, word]) => quoted ?? word ?? '').slice(2),
  );
}

async function aGateway() {
  const gateway = memoryGateway();
  await gateway.config.create('destination', aWebhook({ id: 'dst_c', name: 'chat', format: 'slack' }));
  await gateway.config.create('destination', aWebhook({ id: 'dst_s', name: 'siem' }));
  await gateway.config.create('destination', aMailingList({ id: 'dst_e', name: 'eve' }));
  await gateway.config.create('source', aSource({ id: 'src_b', name: 'billing' }));
  return gateway;
}

const runAll = async (gateway: ReturnType<typeof memoryGateway>, commands: readonly string[][]) => {
  for (const argv of commands) {
    const { code, stderr } = await run(argv, { gateway });
    expect(`${argv.join(' ')}: ${code} ${stderr}`).toContain(': 0 ');
  }
};

it('the commands about intervals run', async () => {
  const commands = commandsOf('Intervals');
  expect(commands).toHaveLength(4);
  await runAll(await aGateway(), commands);
});

describe('the team of six', () => {
  let gateway: ReturnType<typeof memoryGateway>;
  beforeAll(async () => {
    gateway = await aGateway();
    const commands = commandsOf('A team of six');
    expect(commands).toHaveLength(8);
    await runAll(gateway, commands);
  });

  const [tuesday, night, saturday, sunday] = [
    '2026-03-03T09:00:00Z',
    '2026-03-03T22:00:00Z',
    '2026-03-07T12:00:00Z',
    '2026-03-08T12:00:00Z',
  ];
  const prod = { labels: { env: 'prod' } };
  const high = { severity: 'high', severity_id: 4 } as const;
  const critical = { severity: 'critical', severity_id: 5 } as const;
  const low = { severity: 'low', severity_id: 2 } as const;
  const billing = { source: { id: 'src_b', name: 'billing', format: 'generic' } };
  const AT_ONCE = 'deliver';
  const wednesday = 'hold 2026-03-04T07:00:00.000Z';
  const monday = 'hold 2026-03-09T07:00:00.000Z';

  it.each<[string, Partial<Alert>, string, Record<string, string>]>([
    [
      'high, prod, Tuesday',
      { ...high, ...prod },
      tuesday,
      { 'on-call': AT_ONCE, chat: AT_ONCE, siem: AT_ONCE },
    ],
    [
      'the same at 23:00',
      { ...high, ...prod },
      night,
      { 'on-call': AT_ONCE, chat: wednesday, siem: AT_ONCE },
    ],
    [
      'critical, prod, Saturday',
      { ...critical, ...prod },
      saturday,
      { 'on-call': AT_ONCE, leads: AT_ONCE, chat: AT_ONCE, siem: AT_ONCE },
    ],
    [
      'the end of it',
      { ...critical, ...prod, status: 'resolved' },
      saturday,
      { 'on-call': AT_ONCE, leads: AT_ONCE, chat: AT_ONCE, siem: AT_ONCE },
    ],
    ['low, stage, Sunday', { ...low, labels: { env: 'stage' } }, sunday, { chat: monday, siem: AT_ONCE }],
    ['billing, Sunday', { ...high, ...billing }, sunday, { chat: monday, siem: AT_ONCE, eve: 'drop' }],
    ['dev', { ...high, labels: { env: 'dev' } }, tuesday, { siem: AT_ONCE }],
  ])('%s', async (_, alert, at, expected) => {
    const [decision] = decisionsOf([anAlert(alert)], await readConfigured(gateway), Date.parse(at));
    const told = (decision?.trace ?? []).filter(({ decision: what }) => what !== 'skip');
    expect(
      Object.fromEntries(
        told.map(({ destination_name: name, decision: what, outside }) => [
          name,
          [what, outside?.until].filter((part) => part !== undefined).join(' '),
        ]),
      ),
    ).toEqual(expected);
  });
});
