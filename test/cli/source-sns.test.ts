import { expect, it } from 'vitest';
import { memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alarms';
const CHINA = 'arn:aws-cn:sns:cn-north-1:111122223333:alarms';
const CREATE = ['source', 'create', '--name', 'alarms', '--format', 'cloudwatch-alarm'];

type Created = { id: string; url: string; secret: null; subscribe: string[] };

async function created(gateway = memoryGateway(), ...more: string[]): Promise<Created> {
  return (await run([...CREATE, '--topic', TOPIC, ...more, '--json'], { gateway })).json() as Created;
}

it('a source of SNS has topics and no secret, and prints the command that subscribes each', async () => {
  const gateway = memoryGateway();
  const { id, url, ...source } = await created(gateway, '--topic', CHINA);
  const command = (region: string, topic: string): string =>
    `aws sns subscribe --region ${region} --topic-arn ${topic} --protocol http --notification-endpoint ${url}`;
  expect(source).toEqual({
    name: 'alarms',
    secret: null,
    header: null,
    curl: null,
    subscribe: [command('eu-central-1', TOPIC), command('cn-north-1', CHINA)],
  });
  expect(gateway.kept.secrets.size).toBe(0);
  expect(gateway.kept.config.source.get(id)).toMatchObject({ auth: { type: 'sns', topics: [TOPIC, CHINA] } });
});

it('says for people what to run, and warns of nothing', async () => {
  const { stdout } = await run([...CREATE, '--topic', TOPIC], { gateway: memoryGateway() });
  expect(stdout).toContain('Subscribe the topic:\n\naws sns subscribe --region eu-central-1');
  expect(stdout).toContain(`signed by SNS, of ${TOPIC}`);
  expect(stdout).not.toContain('Anyone who knows the URL');
});

it('without a topic nothing is created', async () => {
  const ran = await run(CREATE, { gateway: memoryGateway() });
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/^error: --topic \(auth\.topics\): missing; sns needs the ARN of each topic/);
});

it.each([
  [['source', 'rotate', 'alarms'], 'source "alarms" has auth sns, so there is nothing to rotate'],
  [['source', 'test', 'alarms'], `let it: aws sns publish --topic-arn ${TOPIC} --message test`],
])('what needs a secret says why it cannot: %j', async (argv, words) => {
  const gateway = memoryGateway();
  await created(gateway);
  const ran = await run(argv, { gateway });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(words);
});

it('a dictated secret is refused', async () => {
  const ran = await run([...CREATE, '--topic', TOPIC, '--secret-stdin'], {
    gateway: memoryGateway(),
    stdin: 'a-secret-of-enough-length\n',
  });
  expect(ran.stderr).toContain('auth sns has no secret; leave --secret-stdin out');
});

it('an older source with a password goes over to the signature, and its secret goes', async () => {
  const gateway = memoryGateway();
  await run([...CREATE, '--auth', 'basic', '--username', 'sns', '--json'], { gateway });
  expect(gateway.kept.secrets.size).toBe(1);
  const ran = await run(['source', 'update', 'alarms', '--auth', 'sns', '--topic', TOPIC], { gateway });
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout).toContain(
    'Subscribe each topic that is not yet:\n\naws sns subscribe --region eu-central-1',
  );
  // The secret itself stays, empty: only a write can be made to depend on the version that was read.
  expect([...gateway.kept.secrets.values()]).toEqual([{}]);
  const back = await run(['source', 'update', 'alarms', '--auth', 'basic', '--username', 'sns'], { gateway });
  expect(back.stdout).toContain('The secret is shown this once.');
  expect([...gateway.kept.secrets.values()]).toEqual([{ current: expect.any(String) as string }]);
});

it('the list of topics is replaced, shown, and deleted with the source', async () => {
  const gateway = memoryGateway();
  const { id } = await created(gateway);
  await run(['source', 'update', 'alarms', '--topic', CHINA], { gateway });
  const shown = (await run(['source', 'show', 'alarms', '--json'], { gateway })).json();
  expect(shown).toMatchObject({ auth: { type: 'sns', header: null, topics: [CHINA] } });
  expect((await run(['source', 'delete', 'alarms', '--yes'], { gateway })).code).toBe(0);
  expect(gateway.kept.config.source.has(id)).toBe(false);
});

it.each([
  ['raw-sns-message', 'raw message delivery, which SNS does not sign; switch it off'],
  ['sns-topic-not-listed', 'a topic that the source does not list'],
  ['no-sns-message', 'not one message of SNS'],
  ['wrong-sns-signature', 'not signed by SNS'],
  ['constructor', 'the latest request was refused: unauthorized'],
])('the status tells what to do about %s', async (cause, words) => {
  const gateway = memoryGateway();
  const { id } = await created(gateway);
  const lastRefusal = { at: new Date(NOW - 1_000).toISOString(), code: 'unauthorized', cause };
  gateway.kept.sourceHealth.set(id, { lastRefusal, hours: [] });
  const { stdout } = await run(['source', 'status', 'alarms'], { gateway });
  expect(stdout).toContain(words);
});
