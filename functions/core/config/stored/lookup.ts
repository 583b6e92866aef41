import { mapOf, object, text } from '../value-checks.ts';
import { BASE, type StoredKind } from './stored-kind.ts';

export const STORED_LOOKUP: StoredKind<'lookup'> = {
  kind: 'lookup',
  problem: object({ ...BASE, label: text, entries: mapOf(mapOf(text, { isEmptyAllowed: false })) }),
  seen: () => ({}),
};
