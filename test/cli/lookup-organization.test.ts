import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { awsOrganization, organizationsClient } from '../../functions/adapters/operator/organization.ts';
import type { Lookup } from '../../functions/core/model/config/lookup.ts';
import { organizationsService } from '../adapters/organizations-service.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const idOf = (at: number) => String(111_100_000_000 + at);

/** A gateway whose operator belongs to this organization. */
async function within(given: Parameters<typeof organizationsService>[0], maxAttempts = 4) {
  const service = await organizationsService(given);
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  const options = { endpoint: service.endpoint, region: 'us-east-1', maxAttempts };
  closing.push(service.close);
  const gateway = {
    ...memoryGateway(),
    organization(profile?: string) {
      // A profile is looked for where the operator's machine keeps it, and asked for its keys.
      const client = organizationsClient(
        { ...options, ...(profile === undefined && { credentials }) },
        profile,
      );
      closing.push(async () => client.destroy());
      return awsOrganization({ client });
    },
  };
  const tocsin = async (...argv: string[]) => run(argv, { gateway, columns: 160 });
  return {
    tocsin,
    calls: service.calls,
    lookup: async (...more: string[]) =>
      tocsin('lookup', 'import', 'aws-accounts', '--organization', ...more),
    stored: () => [...gateway.kept.config.lookup.values()] as Lookup[],
  };
}

const TWO = [
  { Id: idOf(0), Name: 'prod-payments', Tags: { env: 'prod', owner: 'payments@example.com' } },
  { Id: idOf(1), Name: 'sandbox' },
];

describe('lookup import --organization', () => {
  it('takes every account of every page, also after an empty one', async () => {
    const accounts = Array.from({ length: 45 }, (_, at) => ({ Id: idOf(at), Name: `account ${String(at)}` }));
    const { lookup, stored } = await within({ accounts });
    expect((await lookup()).stdout).toContain(
      'Imported 45 accounts of the organization into lookup aws-accounts',
    );
    expect(Object.keys(stored()[0]?.entries ?? {})).toEqual(accounts.map(({ Id }) => Id));
    expect(stored()[0]).toMatchObject({
      label: 'account',
      entries: { [idOf(44)]: { account_name: 'account 44' } },
    });
  });

  it('takes the owner from a tag on any page of tags, and counts who has one', async () => {
    const { lookup, stored } = await within({ accounts: TWO });
    const { stdout } = await lookup();
    expect(stdout).toContain('1 with the tag owner');
    expect(stored()[0]?.entries).toEqual({
      [idOf(0)]: { account_name: 'prod-payments', owner: 'payments@example.com' },
      [idOf(1)]: { account_name: 'sandbox' },
    });
  });

  it.each([
    [{ Team: 'web' }, 'team', 'web'],
    [{ Owner: 'upper', owner: 'exact' }, 'owner', 'exact'],
    [{ owner: '  ' }, 'owner', undefined],
    [{ owner: 'ana' }, 'team', undefined],
  ])('of the tags %j the tag %s says %s', async (Tags, key, expected) => {
    const { lookup, stored } = await within({ accounts: [{ Id: idOf(0), Name: 'one', Tags }] });
    await lookup('--owner-tag', key);
    expect(stored()[0]?.entries[idOf(0)]?.['owner']).toBe(expected);
  });

  it('leaves other values, and labels that the organization does not say, as they are', async () => {
    const { lookup, stored, tocsin } = await within({ accounts: TWO });
    await tocsin('lookup', 'set', 'aws-accounts', idOf(1), 'owner=ana@example.com', 'name=old');
    await tocsin('lookup', 'set', 'aws-accounts', '999999999999', 'name=closed');
    await lookup();
    expect(stored()[0]?.entries).toMatchObject({
      [idOf(1)]: { account_name: 'sandbox', owner: 'ana@example.com' },
      '999999999999': { account_name: 'closed' },
    });
  });

  it('asks with the identity of a profile, and says when that is not there', async () => {
    const { lookup, calls } = await within({ accounts: TWO });
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-profiles-'));
    closing.push(async () => rm(folder, { recursive: true }));
    await writeFile(
      join(folder, 'credentials'),
      '[management]\naws_access_key_id = AKIAMANAGEMENT\naws_secret_access_key = secret\n',
    );
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    closing.push(async () => vi.unstubAllEnvs());
    expect((await lookup('--profile', 'management')).stdout).toContain('Imported 2 accounts');
    calls.length = 0;
    const { code, stderr } = await lookup('--profile', 'nobody');
    expect([code, calls]).toEqual([1, []]);
    expect(stderr).toContain('nobody');
  });

  it('waits where AWS asks to slow down', async () => {
    const { lookup, calls } = await within({ accounts: TWO, throttled: 2 });
    expect((await lookup()).code).toBe(0);
    expect(calls.filter((call) => call === 'ListAccounts').length).toBeGreaterThan(2);
  });

  it.each([
    ['AccessDeniedException', 'only its management account and delegated administrators may'],
    ['AWSOrganizationsNotInUseException', 'is in no organization; use --csv'],
    ['TooManyRequestsException', 'nothing was imported'],
    ['ServiceException', 'ServiceException'],
  ])('that is refused with %s says so, and stores nothing', async (refusal, words) => {
    const { lookup, stored } = await within({ accounts: TWO, refusal }, 1);
    const { code, stderr } = await lookup();
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(stored()).toEqual([]);
  });

  it.each([
    [[], '--csv or --organization is missing'],
    [['--organization', '--csv', 'a.csv'], 'expected one of them'],
    [['--csv', 'a.csv', '--owner-tag', 'x'], '--owner-tag goes with --organization'],
    [['--csv', 'a.csv', '--profile', 'x'], '--profile goes with --organization'],
  ])('%j is refused', async (argv, words) => {
    const { tocsin } = await within({ accounts: [] });
    const { code, stderr } = await tocsin('lookup', 'import', 'aws-accounts', ...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it('is exported, and applied again changes nothing', async () => {
    const { lookup, tocsin } = await within({ accounts: TWO });
    await lookup();
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-organization-'));
    closing.push(async () => rm(folder, { recursive: true }));
    const { stdout } = await tocsin('export');
    expect(stdout).toContain('prod-payments');
    await writeFile(join(folder, 'tocsin.yml'), stdout);
    expect((await tocsin('apply', join(folder, 'tocsin.yml'))).stdout).toBe('No changes.\n');
  });
});
