import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import { SECRET_PLACES } from '../../functions/core/config/file/secret-place.ts';
import { foundBefore } from '../config/change-secret.ts';
import { readAuthority } from '../destination/read-ca-file.ts';
import type { Gateway } from '../gateway.ts';
import type { Existing, FieldChange, Shown } from './kind.ts';
import type { GivenSecret, ReadItem } from './read-item.ts';

export const DESTINATIONS_MAP = 'destinations';

export type ExistingDestination = Existing & { item: Destination };

/** What a destination is to be, and how it gets there. */
export type DestinationPlan = {
  /** As it is to be; one that is made in this run has its name for an id. */
  after: Destination;
  fields: Fields;
  secrets: FieldChange[];
  run: (show: (shown: Shown) => void) => Promise<void>;
};

/** A secret as it lies in the gateway, with the version that a change is made of. */
export type StoredSecret = { value: WebhookSecret | undefined; version: string | undefined };

/** The secret of a destination; empty where there is none, or none that can be read. */
export async function storedSecret({ secrets }: Gateway, id: string | undefined): Promise<StoredSecret> {
  if (id === undefined) return { value: undefined, version: undefined };
  return foundBefore(
    async () => secrets.readDestination(id),
    async () => secrets.versionOf('destination', id),
  );
}

/** The fields with the state of the destination. One that the gateway paused is meant to be enabled. */
export function withState(
  fields: Fields,
  { isEnabled, pausedBecause }: Pick<Destination, 'isEnabled' | 'pausedBecause'>,
): Fields {
  return isEnabled || pausedBecause !== undefined ? fields : { ...fields, enabled: false };
}

/** The members of a destination that the gateway gave it; the settings come from the file. */
export function givenOf(
  before: Destination,
  isEnabled: boolean,
): Pick<Destination, 'id' | 'isEnabled' | 'version' | 'createdAt' | 'updatedAt'> {
  const { id, version, createdAt, updatedAt, pausedBecause } = before;
  const isPaused = isEnabled && pausedBecause !== undefined;
  return {
    id,
    version,
    createdAt,
    updatedAt,
    isEnabled: isEnabled && !isPaused,
    ...(isPaused && { pausedBecause }),
  };
}

/** Stand-ins for these members in a destination that is made in this run. */
export function notYetMade(
  name: string,
  isEnabled: boolean,
): Pick<Destination, 'id' | 'isEnabled' | 'version' | 'createdAt' | 'updatedAt'> {
  const at = new Date(0).toISOString();
  return { id: name, isEnabled, version: 1, createdAt: at, updatedAt: at };
}

/**
 * A part of a secret that only its owner can make: the text at its place, or undefined where that is to stay as it
 * is. `isThere`: something is stored.
 */
export function dictatedText(
  read: ReadItem,
  path: string,
  given: GivenSecret | undefined,
  isThere: boolean,
): string | undefined {
  if (given === undefined || given.text !== undefined) return given?.text;
  const name = SECRET_PLACES.replace('{generate: true}, ', '');
  if (given.place.from === 'generate') {
    read.report([{ path, message: `cannot be drawn here; expected ${name}` }]);
  } else if (!isThere) read.report([{ path, message: `nothing is stored of it; expected ${name}` }]);
  return undefined;
}

/** The authority of a receiver or a mail server, judged. */
export function authorityOf(read: ReadItem, isThere: boolean): string | undefined {
  const text = dictatedText(read, 'ca', read.secrets.get('ca'), isThere);
  const ca = text === undefined ? undefined : readAuthority(text);
  if (typeof ca !== 'string') return ca?.pem;
  read.report([{ path: 'ca', message: ca }]);
  return undefined;
}

/** A part of the secret that differs from what is stored. */
export function partChange(
  field: string,
  before: string | undefined,
  after: string | undefined,
  given: GivenSecret | undefined,
): FieldChange[] {
  if (after === undefined || after === before) return [];
  return [
    {
      field,
      ...(before !== undefined && { old: 'stored' }),
      new: given?.text === undefined ? 'drawn, and shown once' : `from ${given.from}`,
      isSecret: true,
    },
  ];
}
