import { CliFailure } from '../failure.ts';
import { TOCSIN } from '../words/hint.ts';
import { AWS_PACKS } from './aws-packs.ts';
import { DEVELOPMENT_PACKS } from './development-packs.ts';
import { OPERATIONS_PACKS } from './operations-packs.ts';
import type { Pack } from './pack.ts';

export const PACKS: readonly Pack[] = [...AWS_PACKS, ...DEVELOPMENT_PACKS, ...OPERATIONS_PACKS];

export function findPack(name: string): Pack {
  const pack = PACKS.find((one) => one.name === name);
  if (pack !== undefined) return pack;
  throw new CliFailure('not-found', `no pack is called ${JSON.stringify(name)}; see: ${TOCSIN} pack list`);
}
