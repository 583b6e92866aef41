import { describe, expect, test } from 'vitest';
import { deploy, type DeployPorts } from '../../../cdk/deploy/deploy.ts';
import { findLosses } from '../../../cdk/deploy/find-losses.ts';
import type { ExistingTable } from '../../../functions/adapters/operator/existing-table.ts';
import type { Deployment } from '../../../functions/core/config/parse-deployment.ts';
import { aTemplate, PRIVATE_NETWORK } from '../a-template.ts';

const DEPLOYMENT: Deployment = {
  stackName: 'Tocsin',
  emailFrom: 'alerts@tocsin.example',
  emailIdentity: 'address',
  retentionDays: 90,
  concurrency: 10,
};
const DOMAIN = {
  name: 'alerts.tocsin.example',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/abc',
};
const GUARDED = { ...DOMAIN, truststore: { bucket: 'trust', key: 'ca.pem' } };

const full = aTemplate({ operatorEmail: 'ops@tocsin.example', domain: GUARDED }).toJSON();
const plain = aTemplate().toJSON();

type Resource = { Type: string; Properties: Record<string, unknown> };
const resourcesOf = (template: Record<string, unknown>) => template['Resources'] as Record<string, Resource>;
const lost = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  findLosses(before, after).map(({ what }) => what);

describe('what a deployment takes away', () => {
  test('is nothing when nothing changes, or something is added', () => {
    expect(lost(full, full)).toEqual([]);
    expect(lost(plain, aTemplate({ operatorEmail: 'ops@tocsin.example' }).toJSON())).toEqual([]);
    expect(lost(plain, aTemplate({ retentionDays: 365, concurrency: 1000 }).toJSON())).toEqual([]);
  });

  test('is all that one forgotten option took from a stack with client certificates', () => {
    expect(lost(full, plain).toSorted()).toEqual([
      "opened: the API's own address, which asks for no client certificate",
      'removed: the domain in front of the API: senders that use it reach nothing',
      'removed: what leads from the domain to the API',
      'removed: who hears the alarms: a new subscription must be confirmed by a click in a mail',
    ]);
  });

  test('is the table, when a kept or restored one is adopted, exchanged or given up', () => {
    const [kept, restored] = ['Tocsin-kept', 'tocsin-restored'].map((existingTable) =>
      aTemplate({ existingTable }).toJSON(),
    ) as [Record<string, unknown>, Record<string, unknown>];
    expect(lost(plain, kept).toSorted()).toEqual([
      "replaced: the table, the stack's own by Tocsin-kept",
      'taken out of the stack, and kept: the table, with configuration, alerts and deliveries: the gateway works on with another one',
    ]);
    expect(lost(kept, restored)).toEqual(['replaced: the table, Tocsin-kept by tocsin-restored']);
    expect(lost(kept, plain)).toEqual(["replaced: the table, Tocsin-kept by the stack's own"]);
    expect(lost(kept, kept)).toEqual([]);
  });

  test('is the certificate check alone, when the trust store alone goes', () => {
    const open = aTemplate({ operatorEmail: 'ops@tocsin.example', domain: DOMAIN }).toJSON();
    expect(lost(full, open).toSorted()).toEqual([
      "opened: the API's own address, which asks for no client certificate",
      'removed: the client certificates; senders no longer have to show one',
    ]);
  });

  test('is nothing when private receivers are added, and is named when their lane goes or their network changes', () => {
    const before = aTemplate({ privateNetwork: PRIVATE_NETWORK }).toJSON();
    expect(lost(plain, before)).toEqual([]);
    expect(lost(before, before)).toEqual([]);
    const changed = {
      ...PRIVATE_NETWORK,
      securityGroupIds: ['sg-0a1b2c3d4e5f67899'],
      egressAllow: ['10.1.0.0/16', 'fd00::/8'],
    };
    expect(lost(before, aTemplate({ privateNetwork: changed }).toJSON()).toSorted()).toEqual([
      'changed: where private destinations may be, 10.0.0.0/8,fd00::/8 to 10.1.0.0/16,fd00::/8',
      'moved: the function of the private destinations, into other subnets or security groups',
    ]);
    const gone = lost(before, plain);
    expect(gone).toContain('removed: a function');
    expect(gone.filter((what) => what === 'removed: a queue, with the messages in it')).toHaveLength(4);
  });

  test('names another sender, whether SES knows it from this stack or from elsewhere', () => {
    const other = aTemplate({ emailFrom: 'soc@tocsin.example' }).toJSON();
    expect(lost(plain, other).toSorted()).toEqual([
      'replaced: the sender of the mails, alerts@tocsin.example by soc@tocsin.example',
      'replaced: the sender that SES knows (EmailIdentity changed)',
    ]);
    const [before, after] = ['alerts', 'soc'].map((name) =>
      aTemplate({ emailFrom: `${name}@tocsin.example`, emailIdentity: 'existing' }).toJSON(),
    );
    expect(lost(before ?? {}, after ?? {})).toHaveLength(1);
  });

  test.each([...new Set(Object.values(resourcesOf(full)).map(({ Type }) => Type))])(
    'names a %s that goes, unless it is one that nobody misses by itself',
    (type) => {
      const entries = Object.entries(resourcesOf(full));
      const [gone] = entries.find(([, resource]) => resource.Type === type) ?? [];
      const after = { ...full, Resources: Object.fromEntries(entries.filter(([id]) => id !== gone)) };
      const found = findLosses(full, after).map(({ id }) => id);
      const isMissed =
        !/Permission|EventInvokeConfig|EventSourceMapping|::Policy|Role|Dashboard|Integration|QueuePolicy|TopicPolicy/u.test(
          type,
        );
      expect(found).toEqual(isMissed ? [gone] : []);
    },
  );

  test('names the table and a queue that are replaced', () => {
    const replaced = structuredClone(plain);
    const of = (type: string) => Object.values(resourcesOf(replaced)).find(({ Type }) => Type === type);
    Object.assign(of('AWS::DynamoDB::GlobalTable')?.Properties ?? {}, { TableName: 'other' });
    Object.assign(of('AWS::SQS::Queue')?.Properties ?? {}, { QueueName: 'other' });
    expect(lost(plain, replaced)).toEqual([
      'replaced: the table, with configuration, alerts and deliveries: the gateway works on with another one (TableName changed)',
      'replaced: a queue, with the messages in it (QueueName changed)',
    ]);
  });
});

/** A table as a restore makes it: the items and the indexes, and none of the settings. */
const RESTORED: ExistingTable = {
  status: 'ACTIVE',
  keys: ['pk', 'sk'],
  indexes: [
    { name: 'byTime', keys: ['time_pk', 'time_sk'], holds: 'all' },
    { name: 'byLookup', keys: ['lookup_pk', 'lookup_sk'], holds: [] },
  ],
  expiry: undefined,
  hasRecovery: false,
  isProtected: false,
};

/** An account, and what happened in it. */
function anAccount(
  given: Partial<DeployPorts> & { deployed?: Record<string, unknown>; next?: Record<string, unknown> },
) {
  const lines: string[] = [];
  const ports: DeployPorts = {
    synthesize: async () => given.next ?? plain,
    isLeftFromFailure: async () => false,
    deployedTemplate: async () => given.deployed,
    isIdentityKnown: async () => false,
    existingTable: async () => 'unknown',
    confirm: undefined,
    deploy: async (stackName, { asksBefore }) => {
      lines.push(`deployed ${stackName}, asking before ${asksBefore}`);
      return 0;
    },
    say: (line) => lines.push(line),
    ...given,
  };
  return { lines, run: (isSure = false, deployment = DEPLOYMENT) => deploy(deployment, { isSure }, ports) };
}

describe('npm run deploy', () => {
  test('refuses a deployment without a sender, before it does anything', async () => {
    const { lines, run } = anAccount({});
    const { emailFrom: _, ...noSender } = DEPLOYMENT;
    expect(await run(true, noSender)).toBe(1);
    expect(lines).toEqual(['tocsin.json names no sender: write "emailFrom": "alerts@your.domain" into it']);
  });

  test('deploys what is new, and what takes nothing away, without a question', async () => {
    const first = anAccount({});
    expect(await first.run()).toBe(0);
    expect(first.lines).toEqual([
      'Tocsin is new here: nothing of that name is deployed',
      'deployed Tocsin, asking before broader-rights',
    ]);
    const again = anAccount({ deployed: plain });
    expect(await again.run()).toBe(0);
    expect(again.lines[0]).toBe('Tocsin: nothing of what is deployed would be removed or replaced');
  });

  test('begins anew where the first deployment failed, and compares with nothing of it', async () => {
    const { lines, run } = anAccount({ isLeftFromFailure: async () => true, deployed: full });
    expect(await run()).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(
        /^the first deployment of Tocsin failed before: .*an empty table may stay behind/u,
      ),
      'Tocsin is new here: nothing of that name is deployed',
      'deployed Tocsin, asking before broader-rights',
    ]);
  });

  test.each([true, false])('names what would be lost and asks; the answer %s decides', async (answer) => {
    const { lines, run } = anAccount({ deployed: full, confirm: async () => answer });
    expect(await run()).toBe(answer ? 0 : 1);
    expect(lines).toContain(
      `  - removed: the domain in front of the API: senders that use it reach nothing [${idOf(full, 'AWS::ApiGatewayV2::DomainName')}]`,
    );
    expect(lines.some((line) => line.startsWith('deployed'))).toBe(answer);
  });

  test('does nothing where nobody can be asked, unless it was told --yes', async () => {
    const { lines, run } = anAccount({ deployed: full });
    expect(await run()).toBe(1);
    expect(lines.at(-1)).toBe('nothing was done; add --yes to do it without a terminal');
    expect(await run(true)).toBe(0);
    expect(lines.at(-1)).toBe('deployed Tocsin, asking before nothing');
  });

  test('ends with what the app said when it refuses to synthesize', async () => {
    const { lines, run } = anAccount({ synthesize: async () => undefined });
    expect(await run()).toBe(1);
    expect(lines).toEqual([]);
  });

  describe('of an existing table', () => {
    const adopts = { ...DEPLOYMENT, existingTable: 'tocsin-restored' };

    test('refuses a table that is not there, or that the gateway cannot work on, before it does anything', async () => {
      const missing = anAccount({ existingTable: async () => undefined });
      expect(await missing.run(true, adopts)).toBe(1);
      expect(missing.lines).toEqual([
        'existingTable: there is no table tocsin-restored in this account and region',
      ]);
      const other = anAccount({ existingTable: async () => ({ ...RESTORED, indexes: [] }) });
      expect(await other.run(true, adopts)).toBe(1);
      expect(other.lines).toContain(
        'existingTable: the table tocsin-restored has no index byTime; a restore must bring the indexes along',
      );
      expect(other.lines.some((line) => line.startsWith('deployed'))).toBe(false);
    });

    test('says what a restore comes without, and deploys', async () => {
      const { lines, run } = anAccount({ existingTable: async () => RESTORED });
      expect(await run(false, adopts)).toBe(0);
      expect(lines.filter((line) => line.startsWith('existingTable: '))).toHaveLength(3);
      expect(lines.at(-1)).toBe('deployed Tocsin, asking before broader-rights');
    });

    test('goes on where the table may not be asked for', async () => {
      const { lines, run } = anAccount({});
      expect(await run(false, adopts)).toBe(0);
      expect(lines[0]).toBe('Tocsin is new here: nothing of that name is deployed');
    });
  });

  test('tells of an identity that SES knows from elsewhere, and not of its own', async () => {
    const known = { isIdentityKnown: async () => true };
    const after = anAccount(known);
    expect(await after.run()).toBe(1);
    expect(after.lines).toEqual([
      'SES knows alerts@tocsin.example already, and not from this stack: write "emailIdentity": "existing" into tocsin.json',
    ]);
    expect(await anAccount({ ...known, deployed: plain }).run()).toBe(0);
    expect(await anAccount(known).run(false, { ...DEPLOYMENT, emailIdentity: 'existing' })).toBe(0);
    const asked: string[] = [];
    const ofDomain = anAccount({
      isIdentityKnown: async (identity) => {
        asked.push(identity);
        return false;
      },
    });
    await ofDomain.run(false, { ...DEPLOYMENT, emailIdentity: 'domain' });
    expect(asked).toEqual(['tocsin.example']);
  });
});

function idOf(template: Record<string, unknown>, type: string): string {
  return Object.entries(resourcesOf(template)).find(([, { Type }]) => Type === type)?.[0] ?? '';
}
