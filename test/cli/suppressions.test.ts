import { describe, expect, it } from 'vitest';
import { aMailDestination } from '../core/recipients/memory-suppressions.ts';
import { memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

function aGateway() {
  const gateway = memoryGateway();
  const destination = aMailDestination({ name: 'oncall' });
  gateway.kept.config.destination.set(destination.id, destination);
  return gateway;
}

const cli = async (gateway: ReturnType<typeof aGateway>, ...argv: string[]) =>
  run(['suppressions', ...argv], { gateway });

describe('a locked recipient', () => {
  it('is made by --locked and shown as such; without it nobody is', async () => {
    const gateway = memoryGateway();
    const create = async (name: string, ...more: string[]) =>
      run(['destination', 'create', 'email', '--name', name, '--to', 'ana@example.com', ...more], {
        gateway,
      });
    await create('duty', '--locked');
    await create('others');
    const recipients = async (name: string): Promise<unknown> =>
      ((await run(['destination', 'show', name, '--json'], { gateway })).json() as { recipients: unknown })
        .recipients;
    const ana = { address: 'ana@example.com', role: 'it_admin' };
    expect(await recipients('duty')).toEqual([{ ...ana, is_locked: true }]);
    expect(await recipients('others')).toEqual([{ ...ana, is_locked: false }]);
    expect([...gateway.kept.config.destination.values()]).toMatchObject([
      { recipients: [{ ...ana, isLocked: true }] },
      { recipients: [ana] },
    ]);
  });
});

describe('suppressions', () => {
  it('add keeps who, when and why, and tells the others once', async () => {
    const gateway = aGateway();
    const added = await cli(gateway, 'add', 'oncall', 'Ana@example.com', '--note', 'on leave', '--json');
    expect(added.json()).toEqual({
      destination_id: 'dst_oncall',
      destination_name: 'oncall',
      address: 'ana@example.com',
      reason: 'by-operator',
      at: new Date(NOW).toISOString(),
      by: 'operator',
      detail: 'on leave',
      changed: true,
    });
    expect((await cli(gateway, 'add', 'oncall', 'ana@example.com', '--json')).json()).toMatchObject({
      changed: false,
      detail: 'on leave',
    });
    expect(gateway.kept.enqueuedAlerts.map(({ type }) => type)).toEqual(['tocsin.recipient-left']);
  });

  it('list shows every destination, or one, and says when there is nothing', async () => {
    const gateway = aGateway();
    expect((await cli(gateway, 'list')).stdout).toContain('No suppressions');
    await cli(gateway, 'add', 'oncall', 'ana@example.com');
    const { stdout } = await cli(gateway, 'list');
    expect(stdout).toMatch(/oncall +ana@example\.com +by-operator/);
    expect((await cli(gateway, 'list', '--destination', 'oncall', '--json')).json()).toMatchObject({
      suppressions: [{ address: 'ana@example.com', destination_name: 'oncall' }],
    });
  });

  it('remove lets the address back in, and the history keeps both', async () => {
    const gateway = aGateway();
    await cli(gateway, 'add', 'oncall', 'ana@example.com');
    expect(await cli(gateway, 'remove', 'oncall', 'ANA@example.com')).toMatchObject({ code: 0 });
    expect((await cli(gateway, 'list', '--json')).json()).toEqual({ suppressions: [], unreadable: [] });
    const { history } = await gateway.suppressions.standing('dst_oncall', 'ana@example.com');
    expect(history.map(({ action }) => action)).toEqual(['added', 'removed']);
    expect(await cli(gateway, 'remove', 'oncall', 'ana@example.com')).toMatchObject({ code: 1 });
  });

  it('remove after a bounce says that SES keeps a list too', async () => {
    const gateway = aGateway();
    await gateway.suppressions.add({
      destination_id: 'dst_oncall',
      address: 'ana@example.com',
      reason: 'bounced',
      at: new Date(NOW).toISOString(),
      by: 'ses',
    });
    const { stdout } = await cli(gateway, 'remove', 'oncall', 'ana@example.com');
    expect(stdout).toContain('delete-suppressed-destination --email-address ana@example.com');
  });

  it.each([
    [['add', 'oncall', 'no address'], 2],
    [['add', 'nowhere', 'ana@example.com'], 1],
    [['remove', 'oncall', 'a@b.example,c@d.example'], 2],
    [['list', '--destination', 'nowhere'], 1],
  ])('%j ends with %i', async (argv, code) => {
    expect((await cli(aGateway(), ...argv)).code).toBe(code);
  });

  it('refuses a destination that has no recipients', async () => {
    const gateway = aGateway();
    gateway.kept.config.destination.set('dst_hook', {
      ...aMailDestination(),
      id: 'dst_hook',
      name: 'hook',
      channel: 'webhook',
    } as never);
    const { code, stderr } = await cli(gateway, 'add', 'hook', 'ana@example.com');
    expect(code).toBe(1);
    expect(stderr).toContain('only mail destinations have recipients');
  });
});
