import { beforeEach, describe, expect, it } from 'vitest';
import { aWebhook } from '../adapters/records.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

let gateway: MemoryGateway;
const CREATE = ['destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com'];
const stored = () => [...gateway.kept.config.destination.values()][0];
const shown = async () =>
  (await run(['destination', 'show', 'ops', '--json'], { gateway })).json() as { is_digesting: boolean };

beforeEach(() => {
  gateway = memoryGateway();
});

describe('--digests', () => {
  it('is on when nothing else is said', async () => {
    expect((await run(CREATE, { gateway })).stdout).toContain('on: the alerts of a flood share mails');
    expect(stored()).not.toHaveProperty('isDigesting');
    expect(await shown()).toMatchObject({ is_digesting: true });
  });

  it('off is stored and shown, and kept by other changes', async () => {
    await run([...CREATE, '--digests', 'off'], { gateway });
    expect(stored()).toMatchObject({ isDigesting: false });
    await run(['destination', 'update', 'ops', '--role', 'developer'], { gateway });
    expect(await shown()).toMatchObject({ is_digesting: false });
    const { stdout } = await run(['destination', 'show', 'ops'], { gateway });
    expect(stdout).toContain('off: every alert is a mail of its own, up to the hourly limit');
  });

  it('can be changed both ways', async () => {
    await run(CREATE, { gateway });
    await run(['destination', 'update', 'ops', '--digests', 'off'], { gateway });
    expect(stored()).toMatchObject({ isDigesting: false });
    await run(['destination', 'update', 'ops', '--digests', 'on'], { gateway });
    expect(stored()).not.toHaveProperty('isDigesting');
  });

  it.each([[[...CREATE, '--digests', 'maybe']], [['destination', 'update', 'ops', '--digests', 'yes']]])(
    'refuses %j',
    async (argv) => {
      if (argv[1] === 'update') await run(CREATE, { gateway });
      const { code, stderr } = await run(argv, { gateway });
      expect(code).toBe(2);
      expect(stderr).toMatch(/--digests: "\w+" is not known; expected one of on, off/);
    },
  );

  it('does not go with a webhook', async () => {
    await gateway.config.create('destination', aWebhook({ id: 'dst_w', name: 'siem' }));
    expect((await run(['destination', 'update', 'siem', '--digests', 'off'], { gateway })).code).toBe(2);
  });
});
