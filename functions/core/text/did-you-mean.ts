/** A word that is farther away than this is another word. */
const FARTHEST = 3;

/**
 * `unknown field; did you mean min_severity? known: channel, min_severity, to`
 *
 * @param word what stands there
 */
export function unknownField(word: string, known: readonly string[]): string {
  return `unknown field;${suggestion(word, known)} known: ${known.join(', ')}`;
}

/** ` did you mean on-call?`, or nothing where no word is near. Stands behind a `;`. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : ` did you mean ${near}?`;
}

/** The word that was probably meant; upper case, hyphens and underscores make no difference. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const given = plain(word);
  // A long text is no misspelled word, and would take long to compare.
  if (given.length > 64) return undefined;
  const [best] = known
    .map((one) => ({ one, distance: distanceOf(given, plain(one)) }))
    .filter(({ one, distance }) => distance <= Math.min(FARTHEST, Math.floor(plain(one).length / 3)))
    .toSorted((a, b) => a.distance - b.distance);
  return best?.one;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/gu, '');
}

/** How many letters are to be added, dropped, replaced or swapped with the next (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const costs = [
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        ...(isSwapped ? [(before[column - 2] ?? 0) + 1] : []),
      ];
      line.push(Math.min(...costs));
    }
    [before, above] = [above, line];
  }
  return above[b.length] ?? 0;
}
