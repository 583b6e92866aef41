import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };
type Listed = { dead_letters: { reason: string; detail: string; destination_name: string }[] };

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway({ sesAccess: 'sandbox' });
});
afterAll(async () => gateway.close());

it('the first mail in a new account: permitted by IAM, and refused in the words of SES where nobody is verified', async () => {
  const source = await gateway.tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    's',
    '--format',
    'generic',
    '--auth',
    'bearer',
  );
  const create = async (name: string, to: string): Promise<void> => {
    await gateway.tocsin('destination', 'create', 'email', '--name', name, '--to', to);
  };
  await create('unverified', 'ops@example.net');
  await create('verified', 'success+new@simulator.amazonses.com');

  const tested = await gateway.tryTocsin(['destination', 'test', 'unverified']);
  expect(tested.code).toBe(1);
  expect(tested.stdout).toContain('mail-not-permitted');
  expect(tested.stdout).toContain('Email address is not verified');
  expect(tested.stdout).toContain('ask AWS for production access');

  const response = await fetch(source.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'first', severity: 'critical' }),
  });
  expect(response.status).toBe(202);
  await vi.waitFor(async () => {
    expect((await gateway.local.mails()).map(({ to }) => to)).toContainEqual([
      'success+new@simulator.amazonses.com',
    ]);
    const { dead_letters: letters } = await gateway.tocsin<Listed>('dead-letters', 'list');
    expect(letters).toMatchObject([
      {
        reason: 'mail-not-permitted',
        destination_name: 'unverified',
        detail: expect.stringContaining('***@example.net') as unknown,
      },
    ]);
  }, PATIENCE);
  expect(gateway.errors).toEqual([]);
}, 60_000);
