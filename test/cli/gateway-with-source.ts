import { expect } from 'vitest';
import type { Source } from '../../functions/core/model/config/source.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

/** A gateway in memory in which the command made one source, `siem`, with these options. */
export async function gatewayWithSource(
  ...argv: string[]
): Promise<MemoryGateway & { source(): Source; secret(): string }> {
  const gateway = memoryGateway();
  const ran = await run(['source', 'create', '--name', 'siem', ...argv], { gateway });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return {
    ...gateway,
    source: () => [...gateway.kept.config.source.values()][0] as Source,
    secret: () => ([...gateway.kept.secrets.values()][0] as { current: string }).current,
  };
}
