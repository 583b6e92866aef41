import type { ConfigKind } from '../../../functions/core/operator/ports.ts';
import type { Gateway } from '../../../cli/gateway.ts';

const KINDS: ConfigKind[] = ['lookup', 'silence', 'route', 'interval', 'destination', 'source'];

/** Deletes all configuration, so that many runs can have one gateway. */
export async function emptied({ config, secrets, remediation }: Gateway): Promise<void> {
  for (const kind of KINDS) {
    for (const { id } of (await config.list(kind)).readable) {
      const item = await config.locate(kind, id);
      if (item !== undefined) await config.delete(item);
      if (kind === 'source' || kind === 'destination') await secrets.delete(kind, id);
    }
  }
  for (const { type } of (await remediation.list()).readable) {
    const found = await remediation.find(type);
    if (found !== undefined) await remediation.remove(type, found);
  }
}
