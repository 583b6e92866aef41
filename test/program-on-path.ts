import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The file of the first of these programs that stands in the PATH; undefined where there is none.
 *
 * Looked for, not started: some of them take a second of a processor to say their version.
 */
export function programOnPath(...names: string[]): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
