import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseManifest } from '../functions/adapters/operator/manifest.ts';
import { CliFailure } from './failure.ts';
import type { Manifest } from '../functions/core/model/config/manifest.ts';

/** The manifest of the local run with this data folder. */
export async function readLocalManifest(data: string): Promise<Manifest> {
  const path = join(data, 'manifest.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CliFailure(
      'no-gateway',
      `there is no local run in ${JSON.stringify(data)}; start one with npm start, or name a stack in AWS with --stack`,
      { cause: error },
    );
  }
  return parseManifest(text, path);
}
