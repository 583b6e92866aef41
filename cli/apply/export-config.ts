import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Document } from 'yaml';
import type { Fields } from '../../functions/core/config/problem.ts';
import type { Session } from '../session.ts';
import { openWorld } from './open-world.ts';
import { API_VERSION } from './read-files.ts';

/** The schema that editors complete a file by. */
const SCHEMA = new URL('../../docs/reference/configuration.schema.json', import.meta.url);

/** The whole configuration as a file says it, and what of it cannot be read. */
export async function exportConfig(
  session: Session,
): Promise<{ document: Fields; unreadable: { kind: string; name: string; problem: string }[] }> {
  const { world, loaded } = await openWorld(session);
  const document: Fields = { apiVersion: API_VERSION };
  for (const { kind, existing } of loaded) {
    const items: [string, Fields][] = [];
    for (const one of existing.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const secrets = (await kind.secrets?.(world, one)) ?? {};
      items.push([one.name, { ...kind.shorten(one.fields, one.name), ...secrets }]);
    }
    if (items.length > 0) document[kind.map] = Object.fromEntries(items);
  }
  const unreadable = loaded.flatMap(({ kind, unreadable: damaged }) =>
    damaged.map((one) => ({ kind: kind.word, ...one })),
  );
  return { document, unreadable };
}

/**
 * The text of a file. Whatever YAML 1.1 would read as another kind of value is in quotes: many tools still do.
 *
 * @param folder that the file is to lie in: the schema is named from there
 */
export function writeYaml(document: Fields, folder: string): string {
  const yaml = new Document(document, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
  const schema = relative(folder, fileURLToPath(SCHEMA));
  return `# yaml-language-server: $schema=${schema}\n${yaml.toString({ lineWidth: 0 }).trimEnd()}`;
}
