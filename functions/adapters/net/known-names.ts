import type { Clock } from '../../core/world.ts';
import type { Address } from './address.ts';

/** A receiver whose name leads elsewhere is found there after this long, though the old address still answers. */
const KNOWN_FOR_MS = 30_000;

/**
 * What DNS answered lately, for receivers that are asked again and again.
 *
 * Nothing else keeps it: a function has no cache of names, so each question is two packets to the resolver of the network and back.
 * The wall clock goes on while a function is frozen; after one that was set back no answer has a known age.
 */
export function knownNames(clock: Clock) {
  const known = new Map<string, { addresses: Address[]; sinceMs: number }>();
  return {
    /** The addresses of a name; undefined when DNS is to be asked. Whoever uses them vets them, as those that it answers. */
    addressesOf(name: string): Address[] | undefined {
      const found = known.get(name);
      if (found === undefined) return undefined;
      const ageMs = clock.now() - found.sinceMs;
      return ageMs >= 0 && ageMs <= KNOWN_FOR_MS ? found.addresses : undefined;
    },
    know(name: string, addresses: Address[]): void {
      known.set(name, { addresses, sinceMs: clock.now() });
    },
    /** To be called when nobody answered there: the name may lead elsewhere by now. */
    forget(name: string): void {
      known.delete(name);
    },
  };
}
