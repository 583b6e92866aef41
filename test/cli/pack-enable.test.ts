import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { aRoutedAlert } from '../adapters/records.ts';
import { alertsOf, fixture } from '../core/ingest/formats/read-payload.ts';
import { awsSource } from '../../functions/core/model/config/aws-source.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import { LOCAL_MANIFEST, memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

type Enabled = {
  changes: { action: string; kind: string; name: string }[];
  secrets: { name: string; secret: string; url: string; header: string }[];
  kept: { kind: string; name: string }[];
  next: string[];
};

const DOOR: Manifest = { ...LOCAL_MANIFEST, awsEvents: ['guardduty', 'health'] };
const BUS = 'arn:aws:events:eu-central-1:111122223333:event-bus/Tocsin-aws-events';
const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:findings';

async function withDestinations(...names: string[]): Promise<MemoryGateway> {
  const gateway = memoryGateway();
  for (const name of names) {
    await run(['destination', 'create', 'email', '--name', name, '--to', 'ana@example.com'], { gateway });
  }
  return gateway;
}

async function enabled(gateway: MemoryGateway, ...argv: string[]): Promise<Enabled> {
  const ran = await run(['pack', 'enable', ...argv, '--json'], { gateway });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return ran.json() as Enabled;
}

const routesOf = ({ kept }: MemoryGateway) => [...kept.config.route.values()];
const changesOf = ({ changes }: Enabled) =>
  changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);

it('the secret is shown once, with the URL and the header, and what is to be done with it', async () => {
  const gateway = memoryGateway();
  const { secrets, next } = await enabled(gateway, 'github');
  expect(secrets).toEqual([
    expect.objectContaining({ name: 'github', url: expect.stringContaining('/v1/ingest/src_') as string }),
  ]);
  expect(next).toEqual([
    'Give URL and secret to the sender: docs/sources/github.md',
    'Try it: tocsin source test github',
  ]);
  expect(await enabled(gateway, 'github')).toMatchObject({ changes: [], secrets: [], next: [] });
});

it('without --to the default route serves; with it a route leads there, and follows another --to', async () => {
  const gateway = await withDestinations('oncall', 'devs');
  await enabled(gateway, 'github');
  expect(routesOf(gateway)).toEqual([]);
  expect(changesOf(await enabled(gateway, 'github', '--to', 'oncall'))).toEqual(['create route github']);
  expect(changesOf(await enabled(gateway, 'github', '--to', 'oncall'))).toEqual([]);
  expect(changesOf(await enabled(gateway, 'github', '--to', 'oncall,devs'))).toEqual(['update route github']);
  expect(routesOf(gateway)).toMatchObject([
    { name: 'github', destinationIds: [{}, {}].map(() => expect.any(String) as string) },
  ]);
  expect(changesOf(await enabled(gateway, 'github'))).toEqual([]);
});

it('the plan says who is told from now on and who no longer, counted over what was received', async () => {
  const gateway = await withDestinations('oncall', 'devs');
  const { id } = (
    await run(['source', 'create', '--name', 'github', '--format', 'github', '--json'], { gateway })
  ).json() as {
    id: string;
  };
  const source = { id, name: 'github', format: 'github' };
  gateway.kept.alerts.set(
    'a',
    aRoutedAlert({ id: 'a', source, received_at: new Date(NOW - 60_000).toISOString() }),
  );
  const argv = ['pack', 'enable', 'github', '--to', 'oncall'];
  const { stdout } = await run(argv, { gateway });
  const [plan = '', done = ''] = stdout.split('Applied:');
  expect(plan).toContain('Of 1 alert in the last 24 hours: devs: 1 -> 0');
  expect(done).not.toContain('24 hours');
  const again = await enabled(gateway, 'github', '--to', 'devs');
  expect(again).toMatchObject({
    effect: {
      alerts_24h: 1,
      destinations: [
        { before: 1, after: 0 },
        { before: 0, after: 1 },
      ],
    },
  });
});

it('a destination that is not there is told with the place in the file, and nothing is made', async () => {
  const gateway = memoryGateway();
  const { code, stdout, stderr } = await run(['pack', 'enable', 'github', '--to', 'nobody'], { gateway });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/pack github:\d+:\d+: routes\.github\.to\S*: no destination is called "nobody"/u);
  expect(gateway.kept.config.source.size).toBe(0);
});

it('what is there under its names stays as an operator has it, and the rest is added', async () => {
  const gateway = memoryGateway();
  await run(['source', 'create', '--name', 'okta', '--format', 'okta', '--no-data-alarm', '2h'], { gateway });
  await run(['remediation', 'set', 'okta.*', '--step', 'Call the desk'], { gateway });
  const before = [...gateway.kept.config.source.values()];
  const { code, stderr, stdout } = await run(['pack', 'enable', 'okta'], { gateway });
  expect(code).toBe(0);
  expect(stderr).toContain('source okta is there and stays as it is');
  expect(stderr).toContain('remediation okta.* is there and stays as it is');
  expect(stdout).toContain('+ remediation okta.user.session.start');
  expect(stdout).not.toContain('secret');
  expect([...gateway.kept.config.source.values()]).toEqual(before);
  expect((await gateway.remediation.list()).readable).toContainEqual(
    expect.objectContaining({ type: 'okta.*', steps: ['Call the desk'] }),
  );
  expect((await enabled(gateway, 'okta')).kept).toEqual([
    { kind: 'source', name: 'okta' },
    { kind: 'remediation', name: 'okta.*' },
  ]);
});

it('the AWS door: its own source is taken, whatever it is called, and member accounts are told of', async () => {
  const gateway = memoryGateway(DOOR);
  const made = await enabled(gateway, 'guardduty');
  expect(changesOf(made)).toContain('create source aws-guardduty');
  expect(made.secrets).toEqual([]);
  expect(made.next).toEqual([expect.stringMatching(/write "organizationId" .* tocsin pack stack-set/u)]);
  const source = awsSource('guardduty', new Date(NOW).toISOString());
  expect(gateway.kept.config.source.get(source.id)).toEqual(source);

  const renamed = memoryGateway({ ...DOOR, awsEventBus: BUS });
  const health = { ...awsSource('health', new Date(NOW).toISOString()), name: 'notices' };
  await renamed.config.create('source', health);
  const second = await enabled(renamed, 'aws-health');
  expect(changesOf(second).filter((change) => change.includes(' source '))).toEqual([]);
  expect(second.next).toEqual([
    'Other accounts and regions forward to the gateway by a template: tocsin pack stack-set',
  ]);
});

it('without the AWS door a topic is needed, and then printed with the command that subscribes it', async () => {
  const gateway = memoryGateway();
  const refused = await run(['pack', 'enable', 'aws-health'], { gateway });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/--topic: missing.*"awsEvents": \["health"\]/u);
  expect(gateway.kept.config.source.size).toBe(0);
  const { next } = await enabled(gateway, 'aws-health', '--topic', TOPIC);
  expect(next[0]).toContain(`aws sns subscribe --region eu-central-1 --topic-arn ${TOPIC}`);
  expect(next[1]).toContain('pack stack-set');
});

it.each([
  ['github', LOCAL_MANIFEST, 'only AWS sends over SNS'],
  ['guardduty', DOOR, 'the deployment lets events of guardduty in by itself'],
])('a topic that %s has no use for is refused', async (name, manifest, why) => {
  const gateway = memoryGateway(manifest);
  const { code, stderr } = await run(['pack', 'enable', name, '--topic', TOPIC], { gateway });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`--topic: ${why}`) as string });
  expect(gateway.kept.config.source.size).toBe(0);
});

it('show says that a topic is invented where nobody has named one, and prints the one that somebody has', async () => {
  const gateway = memoryGateway();
  const invented = await run(['pack', 'show', 'guardduty'], { gateway });
  expect(invented.stderr).toBe('The topic in it is invented; name yours with --topic.\n');
  const named = await run(['pack', 'show', 'guardduty', '--topic', TOPIC], { gateway });
  expect(named.stderr).toBe('');
  expect(parse(named.stdout)).toMatchObject({ sources: { guardduty: { topic: [TOPIC] } } });
});

it('show prints the file that apply takes: applied, the pack is enabled', async () => {
  const gateway = memoryGateway(DOOR);
  for (const name of ['sentry', 'guardduty']) {
    const { stdout } = await run(['pack', 'show', name], { gateway });
    expect((parse(stdout) as { apiVersion: string }).apiVersion).toBe('tocsin/v1');
    expect((await run(['apply', '-'], { gateway, stdin: stdout })).code).toBe(0);
    expect(await enabled(gateway, name)).toMatchObject({ changes: [], kept: [] });
  }
  const { packs } = (await run(['pack', 'list', '--json'], { gateway })).json() as {
    packs: { name: string; source: string; state: string }[];
  };
  const states = packs.filter(({ state }) => state === 'enabled').map(({ name, source }) => [name, source]);
  expect(states).toEqual([
    ['guardduty', 'aws-guardduty'],
    ['sentry', 'sentry'],
  ]);
});

it.each([['show'], ['enable']])('%s of a pack that there is not says where they stand', async (command) => {
  const { code, stderr } = await run(['pack', command, 'nagios'], { gateway: memoryGateway() });
  expect(code).toBe(1);
  expect(stderr).toContain('no pack is called "nagios"; see: tocsin pack list');
});

it('what one user of Okta does again and again is one finding', async () => {
  const gateway = memoryGateway();
  await enabled(gateway, 'okta');
  const source = await gateway.config.find('source', 'okta');
  const [event] = (fixture('okta/two-events.json') as { data: { events: object[] } }).data.events;
  const keys = ['one', 'two'].flatMap((uuid) =>
    alertsOf('okta', { data: { events: [{ ...event, uuid }] } }, source && { source }),
  );
  expect(keys.map(({ dedup_key: key }) => key)).toEqual(
    ['one', 'two'].map(() => '["okta.user.session.start","00u1","FAILURE"]'),
  );
});
