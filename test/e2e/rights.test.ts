import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';
import { synthesizedStack } from './synthesized-stack.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  gateway = await runGateway();
  receiver = await startReceiver();
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

type Statement = { Action: string | string[] };
type Resource = { Type: string; Properties: { PolicyDocument?: { Statement: Statement[] } } };

/** The actions that the template grants by a managed policy. */
async function grantedBy(policy: string): Promise<string[]> {
  const text = readFileSync(join(await synthesizedStack(), 'Tocsin.template.json'), 'utf8');
  const { Resources } = JSON.parse(text) as { Resources: Record<string, Resource> };
  const [, found] = Object.entries(Resources).find(([id]) => id.startsWith(policy)) ?? [];
  return (found?.Properties.PolicyDocument?.Statement ?? []).flatMap(({ Action }) => Action);
}

const usedBy = (person: string): Set<string> =>
  new Set(
    gateway.local
      .usedGrants()
      .filter(({ functionName }) => functionName === person)
      .map(({ action }) => action),
  );

/** What no command of this test asks for, and why it is granted. */
const ELSEWHERE: Record<string, string> = {
  'ssm:GetParameter': 'the manifest of the local run is a file',
  'sns:GetTopicAttributes': 'the local run has no operator topic',
  'dynamodb:BatchWriteItem': 'a replay of many alerts',
  'sqs:ChangeMessageVisibility': 'a redrive gives back at once what it did not choose',
};

describe('an operator with the policy of the stack', () => {
  it('may run the commands, and everything else that is granted has a reason', async () => {
    const file = gateway.file('receiver.pem', receiver.ca);
    // Tocsin itself tells of the dead letter; the receiver then takes it.
    receiver.answer([403], 200);
    const called = ['--name', 'siem', '--url', receiver.url, '--ca-file', file];
    await gateway.tocsin('destination', 'create', 'webhook', ...called);
    await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
    const source = await gateway.tocsin<CreatedSource>(
      'source',
      'create',
      '--name',
      's',
      '--format',
      'generic',
    );
    const sent = await fetch(source.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${source.secret}` },
      body: '{"title": "one"}',
    });
    expect(sent.status).toBe(202);
    await gateway.tocsin('source', 'rotate', 's');
    await vi.waitFor(async () => {
      const { dead_letters: letters } = await gateway.tocsin<{ dead_letters: unknown[] }>(
        'dead-letters',
        'list',
      );
      expect(letters).toHaveLength(1);
    }, PATIENCE);
    await vi.waitFor(async () => {
      // A letter that was listed a moment ago may still be hidden from the next look.
      await gateway.tocsin('dead-letters', 'redrive', '--destination', 'siem');
      expect(usedBy('OperatorPolicy')).toContain('sqs:DeleteMessage');
    }, PATIENCE);
    for (const command of [
      'alerts list',
      'deliveries list',
      'status',
      'audit',
      'suppressions add ops ops@example.com --note away',
      'suppressions remove ops ops@example.com --note back',
      'route list',
      'source delete s --yes',
    ]) {
      const { stderr } = await gateway.tryTocsin(command.split(' '));
      expect(stderr).not.toMatch(/not authorized|AccessDenied/u);
    }
    const used = usedBy('OperatorPolicy');
    const unused = (await grantedBy('OperatorPolicy')).filter((action) => !used.has(action));
    expect(unused.filter((action) => ELSEWHERE[action] === undefined)).toEqual([]);
  });
});

describe('an auditor with the policy of the stack', () => {
  let data: string;
  beforeAll(() => {
    data = join(gateway.dataDir, 'auditor');
    mkdirSync(data);
    const manifest = { ...gateway.local.manifest, credentials: gateway.local.keysWith('AuditorPolicy') };
    writeFileSync(join(data, 'manifest.json'), JSON.stringify(manifest));
  });
  const asAuditor = (command: string) => gateway.tryTocsin(['--data', data, ...command.split(' ')]);

  it.each([
    'alerts list',
    'deliveries list',
    'source list',
    'destination show ops',
    'audit',
    'status',
    'history ops',
  ])('may run: %s', async (command) => {
    const { stderr } = await asAuditor(command);
    expect(stderr).not.toMatch(/not authorized|AccessDenied/u);
    expect(usedBy('AuditorPolicy').size).toBeGreaterThan(0);
  });

  it.each([
    'source create --name other --format generic',
    'destination disable ops',
    'suppressions add ops ops@example.com --note away',
    'dead-letters list',
  ])('may not run: %s', async (command) => {
    const { code, stderr } = await asAuditor(command);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/not authorized/u);
  });
});
