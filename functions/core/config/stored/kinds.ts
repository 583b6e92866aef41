import type { ConfigKind } from '../../model/config/unreadable-config.ts';
import { STORED_INTERVAL } from './interval.ts';
import { STORED_LOOKUP } from './lookup.ts';
import { STORED_ROUTE } from './route.ts';
import { STORED_SILENCE } from './silence.ts';
import { STORED_SOURCE } from './source.ts';
import type { StoredKind } from './stored-kind.ts';
import { WHOLE_DESTINATION } from './whole-destination.ts';

/** Every kind, for the operator's tools; a function imports those that it reads. */
export const STORED_KINDS: { [K in ConfigKind]: StoredKind<K> } = {
  source: STORED_SOURCE,
  destination: WHOLE_DESTINATION,
  route: STORED_ROUTE,
  silence: STORED_SILENCE,
  interval: STORED_INTERVAL,
  lookup: STORED_LOOKUP,
};
