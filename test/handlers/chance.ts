/**
 * A linear congruential generator: the same draws for the same seed. What is drawn in the order of calls is not the same in two runs,
 * so that it has a generator of its own.
 */
export function chance(seed: number) {
  let state = seed;
  const fraction = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return {
    is: (probability: number) => fraction() < probability,
    of: <T>(values: readonly T[]): T => values[Math.floor(fraction() * values.length)] as T,
    below: (most: number) => Math.floor(fraction() * most),
  };
}
