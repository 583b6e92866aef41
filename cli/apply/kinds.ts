import { DESTINATIONS } from './destination-kind.ts';
import type { Kind } from './kind.ts';
import { INTERVALS } from './interval-kind.ts';
import { LOOKUPS } from './lookup-kind.ts';
import { REMEDIATION } from './remediation-kind.ts';
import { ROUTES } from './route-kind.ts';
import { SILENCES } from './silence-kind.ts';
import { SOURCES } from './source-kind.ts';

/** Every kind that a file can hold, in the order in which it is made: an item comes before the items that name it. */
export const KINDS: readonly Kind[] = [
  LOOKUPS,
  INTERVALS,
  SOURCES,
  DESTINATIONS,
  ROUTES,
  SILENCES,
  REMEDIATION,
];

export const MAPS = KINDS.map(({ map }) => map);
