import { describe, expect, it } from 'vitest';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

async function aGateway() {
  const gateway = memoryGateway();
  await run(['source', 'create', '--name', 'ci', '--format', 'generic'], { gateway });
  const hook = ['--name', 'hook', '--url', 'https://hooks.example.com/a'];
  await run(['destination', 'create', 'webhook', ...hook], { gateway });
  return gateway;
}

describe('teardown', () => {
  it('removes the secret of every source and destination, names each, and says what is kept', async () => {
    const gateway = await aGateway();
    const before = [...gateway.kept.secrets.keys()];
    expect(before).toHaveLength(2);
    const ran = await run(['teardown', '--yes', '--json'], { gateway });
    expect(ran.code).toBe(0);
    const { removed } = ran.json() as { removed: string[] };
    expect(removed.toSorted()).toEqual(
      before.map((path) => `${gateway.manifest.secretPrefix}/${path}`).toSorted(),
    );
    expect([...gateway.kept.secrets.keys()]).toEqual([]);
    expect(ran.stdout).toContain(gateway.manifest.table);
  });

  it('asks first, and does nothing without a yes', async () => {
    const gateway = await aGateway();
    const { code, stderr } = await run(['teardown'], { gateway });
    expect(code).toBe(2);
    expect(stderr).toContain('source ci: ');
    expect(stderr).toContain('destination hook: ');
    expect(gateway.kept.secrets.size).toBe(2);
  });

  it('may be run again, and where there is nothing', async () => {
    const gateway = await aGateway();
    await run(['teardown', '--yes'], { gateway });
    expect((await run(['teardown', '--yes'], { gateway })).code).toBe(0);
    expect((await run(['teardown', '--yes'], { gateway: memoryGateway() })).stdout).toContain(
      'Removed 0 secrets',
    );
  });
});
