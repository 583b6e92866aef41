/**
 * Calls of AWS that one fan-out has under way. More would not be faster: each takes AWS 5 to 30 ms and this process
 * some 1 ms of a processor, of which a small function has a third.
 */
export const CALLS_AT_ONCE = 16;

/**
 * What an action gives for each item, in the order of the items, with at most `atOnce` actions under way.
 *
 * An action that fails does not hold back the others: one refused message must not keep the rest of its batch. When as
 * many have failed as run at once, everything fails (an outage), and no further action begins.
 *
 * *Errors*: the first failure, and how many others there were. Every action that began has ended by then, so nothing
 * goes on behind a failure that was reported.
 */
export async function boundedMap<T, R>(
  items: readonly T[],
  atOnce: number,
  action: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;

  async function work(): Promise<void> {
    while (next < items.length && failures.length < atOnce) {
      const index = next;
      next += 1;
      try {
        results[index] = await action(items[index] as T, index);
      } catch (error) {
        failures.push(error);
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  if (failures.length > 0) throw firstOf(failures);
  return results;
}

/** The first failure as it is when it is the only one; else an error of the same name that counts the others. */
function firstOf(failures: unknown[]): unknown {
  const [first] = failures;
  if (failures.length === 1 || !(first instanceof Error)) return first;
  const others = failures.length - 1;
  const error = new Error(`${first.message} (and ${others} more failed)`, { cause: first });
  return Object.assign(error, { name: first.name });
}
