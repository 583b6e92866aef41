import { writeFile } from 'node:fs/promises';
import { REFERENCE_FOLDER, referenceFiles } from './reference-files.ts';

/** Writes the reference anew. The test fails while what is committed is another one. */
for (const [name, text] of Object.entries(await referenceFiles())) {
  await writeFile(new URL(name, REFERENCE_FOLDER), text);
}
