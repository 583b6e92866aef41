import type { Prepared, Unclaimed } from '../attempt.ts';
import { admit, type FloodPorts, rejoinDigest } from './admit.ts';
import { wanted } from './wanted.ts';

/**
 * Whether a message goes out by itself, or into a digest. A test by an operator always goes out.
 *
 * @returns what its attempt needs of the flood, or the verdict that ends its story
 */
export async function passFlood(
  wish: Parameters<typeof wanted>[0],
  floods: FloodPorts | undefined,
): Promise<Pick<Prepared, 'rejoin'> | Unclaimed> {
  if (floods === undefined || wish.message.is_test === true) return {};
  const message = wanted(wish);
  return (await admit(message, floods)) ?? { rejoin: async () => rejoinDigest(message, floods) };
}
