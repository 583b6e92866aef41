/** A row, and the line of the file on which it begins. */
export type CsvRow = { line: number; cells: string[] };

/**
 * The rows of a CSV file (RFC 4180): commas, optional quotes, a doubled quote inside quotes, lines that end with CR LF or LF.
 * Rows without any text are left out.
 *
 * @throws Error with the number of the line whose quote has no partner
 */
export function readCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/uy;
  const body = text.replace(/^\uFEFF/u, '');
  let cells: string[] = [];
  let line = 1;
  let nextLine = 1;
  let hasMore = false;
  while (field.lastIndex < body.length || hasMore) {
    const found = field.exec(body);
    if (found === null) throw new Error(`line ${String(nextLine)}: a quote has no partner`);
    const [whole, quoted, plain = '', end] = found;
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    nextLine += whole.split('\n').length - 1;
    hasMore = end === ',';
    if (hasMore) continue;
    if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
    cells = [];
    line = nextLine;
  }
  return rows;
}
