/**
 * The rows of a CSV file (RFC 4180): commas, optional quotes, a doubled quote inside quotes, lines that end with CR LF or LF.
 *
 * @throws Error with the number of the line whose quote has no partner
 */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/uy;
  const body = text.replace(/^\uFEFF/u, '');
  while (field.lastIndex < body.length) {
    const found = field.exec(body);
    if (found === null) throw new Error(`line ${String(rows.length + 1)}: a quote has no partner`);
    const [, quoted, plain = '', end] = found;
    row.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end !== ',') {
      if (row.some((cell) => cell !== '')) rows.push(row);
      row = [];
    }
  }
  return row.length > 0 ? [...rows, [...row, '']] : rows;
}
