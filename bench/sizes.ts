/** Asked for by `node bench/all.ts --smallest`: whether a command works is seen, and nothing is measured. */
export const SMALLEST = '--smallest';

/** So many of something: what is usual, and the least with which a command still comes to its verdicts. */
type Size = { usual: number; smallest: number };

/**
 * How much a command does. Its arguments are the sizes in their order; where one is missing, it is what is usual, or
 * with `--smallest` the least.
 */
export function sizes<Name extends string>(
  of: Record<Name, Size>,
  argv: readonly string[] = process.argv.slice(2),
): Record<Name, number> {
  const isSmallest = argv.includes(SMALLEST);
  const given = argv.filter((argument) => !argument.startsWith('--'));
  const entries = Object.entries<Size>(of).map(([name, { usual, smallest }], index) => {
    const said = given[index];
    const size = said === undefined ? (isSmallest ? smallest : usual) : Number(said);
    if (!(size >= 0)) throw new Error(`${name} is "${String(said)}"; expected a number`);
    return [name, size] as const;
  });
  return Object.fromEntries(entries) as Record<Name, number>;
}
