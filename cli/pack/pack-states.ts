import { openWorld } from '../apply/open-world.ts';
import type { Session } from '../session.ts';
import { packDocument } from './pack-document.ts';
import type { Pack } from './pack.ts';
import { PACKS } from './packs.ts';

/** `partly`: some of what its file names is there. */
export type PackState = 'enabled' | 'partly' | 'off';

/** Every pack, and how much of what its file names is there. */
export async function packStates(
  session: Session,
): Promise<{ pack: Pack; source: string; state: PackState }[]> {
  const { world, loaded } = await openWorld(session);
  const isThere = (map: string, name: string): boolean =>
    loaded.some(({ kind, existing }) => kind.map === map && existing.some((one) => one.name === name));
  const states: { pack: Pack; source: string; state: PackState }[] = [];
  for (const pack of PACKS) {
    const { source } = await packDocument(pack, world.gateway, {});
    const named = [
      isThere('sources', source),
      ...Object.keys(pack.remediation).map((type) => isThere('remediation', type)),
    ];
    const unlessAll = named.some(Boolean) ? 'partly' : 'off';
    states.push({ pack, source, state: named.every(Boolean) ? 'enabled' : unlessAll });
  }
  return states;
}
