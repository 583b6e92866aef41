import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { programOnPath } from '../program-on-path.ts';
import { runGateway, type RunningGateway } from './running-gateway.ts';
import { signedFetch } from '../local/signed-fetch.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/formats/aws-event/', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 200 };
const AWS = 'aws';
const isInstalled = programOnPath(AWS) !== undefined;
const FILES = readdirSync(FIXTURES).filter((file) => file.endsWith('.json'));

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
  await gateway.tocsin(
    'destination',
    'create',
    'email',
    '--name',
    'ops',
    '--to',
    'ops@example.com',
    '--digests',
    'off',
  );
  await gateway.tocsin(
    'lookup',
    'set',
    'aws-accounts',
    '111122223333',
    'account_name=prod-payments',
    '--label',
    'account',
  );
});
afterAll(async () => gateway.close());

type Listed = { alerts: { title: string; source: { name: string } }[] };
const sourcesTold = async () => {
  const { alerts } = await gateway.tocsin<Listed>('alerts', 'list');
  return new Set(alerts.map(({ source }) => source.name));
};

describe('events of AWS in the local run', { timeout: 90_000 }, () => {
  it('are put by the CLI, pass the rules of the template, and end as mails with the name of the account', async () => {
    for (const file of FILES) {
      const { events } = await gateway.tocsin<{ events: { rules: string[] }[] }>(
        'local',
        'put-event',
        `${FIXTURES}${file}`,
      );
      expect(events[0]?.rules).toHaveLength(1);
    }
    const services = new Set(FILES.map((file) => `aws-${file.replace(/(?:-v2)?\.json$/u, '')}`));
    await vi.waitFor(
      async () =>
        expect({ told: await sourcesTold(), errors: gateway.errors }).toEqual({ told: services, errors: [] }),
      PATIENCE,
    );
    await vi.waitFor(async () => {
      const mails = await gateway.local.mails();
      expect(mails.some(({ text }) => text.includes('prod-payments'))).toBe(true);
    }, PATIENCE);
    expect(gateway.errors).toEqual([]);
  });

  it('are put by PutEvents as well', async () => {
    const { manifest, url } = gateway.local;
    const response = await signedFetch(url, {
      service: 'events',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({
        Entries: [
          { Source: 'aws.backup', DetailType: 'Copy Job State Change', Detail: '{"state":"FAILED"}' },
        ],
      }),
      keys: manifest.credentials ?? { accessKeyId: '', secretAccessKey: '' },
    });
    expect(await response.json()).toMatchObject({ FailedEntryCount: 0 });
    await vi.waitFor(async () => {
      const { alerts } = await gateway.tocsin<Listed>('alerts', 'list', '--source', 'aws-backup');
      expect(alerts.length).toBeGreaterThan(1);
    }, PATIENCE);
  });

  describe.skipIf(!isInstalled)(`by AWS's own command line (skipped where ${AWS} is not installed)`, () => {
    /** As docs/sources/aws-event.md says it, with the words of a shell. */
    async function aws(...argv: string[]): Promise<{ code: number; answer: string }> {
      const { manifest, url } = gateway.local;
      const child = spawn(AWS, ['--endpoint-url', url, '--output', 'json', ...argv], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          HOME: gateway.dataDir,
          AWS_DEFAULT_REGION: manifest.region,
          AWS_ACCESS_KEY_ID: manifest.credentials?.accessKeyId,
          AWS_SECRET_ACCESS_KEY: manifest.credentials?.secretAccessKey,
        },
      });
      const [out, err, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number>((resolve) => {
          child.on('close', (status) => {
            resolve(status ?? -1);
          });
        }),
      ]);
      return { code, answer: out + err };
    }

    it('are taken, each to the source of its service', async () => {
      const {
        source,
        'detail-type': detailType,
        detail,
      } = JSON.parse(readFileSync(`${FIXTURES}inspector.json`, 'utf8')) as {
        source: string;
        'detail-type': string;
        detail: { findingArn: string };
      };
      const finding = { ...detail, findingArn: `${detail.findingArn}-by-the-tool` };
      const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify(finding) };
      const { code, answer } = await aws('events', 'put-events', '--entries', JSON.stringify([entry]));
      expect({ code, answer }).toMatchObject({
        code: 0,
        answer: expect.stringContaining('"EventId"') as string,
      });
      expect(JSON.parse(answer)).toMatchObject({ FailedEntryCount: 0 });
      await vi.waitFor(async () => {
        const { alerts } = await gateway.tocsin<Listed>('alerts', 'list', '--source', 'aws-inspector');
        expect(alerts).toHaveLength(2);
      }, PATIENCE);
    });

    it('are refused in the words of EventBridge', async () => {
      const entries = JSON.stringify([{ Source: 'aws.x', DetailType: 'x', Detail: 'no JSON' }]);
      const { answer } = await aws('events', 'put-events', '--entries', entries);
      expect(JSON.parse(answer)).toMatchObject({
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'MalformedDetail' }],
      });
      const unknown = await aws('events', 'list-rules');
      expect(unknown.code).not.toBe(0);
      expect(unknown.answer).toContain('does not emulate the EventBridge action ListRules');
    });
  });

  it('add up in the audit', async () => {
    await vi.waitFor(async () => {
      const { code } = await gateway.tryTocsin(['audit']);
      expect(code).toBe(0);
    }, PATIENCE);
  });
});
