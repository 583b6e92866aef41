import { commandsPage } from './commands-page.ts';
import { configurationPage } from './configuration-page.ts';
import { configurationSchema } from './configuration-schema.ts';
import { deploymentPage, deploymentSchema } from './deployment-options.ts';
import { ingestionApi } from './ingestion-api.ts';

/** Where the reference is committed. */
export const REFERENCE_FOLDER = new URL('../../docs/reference/', import.meta.url);

/** Everything that is written from the code, by its name below docs/reference. */
export async function referenceFiles(): Promise<Record<string, string>> {
  return {
    'commands.md': await commandsPage(),
    'configuration.schema.json': json(configurationSchema()),
    'configuration.md': configurationPage(),
    'deployment.schema.json': json(deploymentSchema()),
    'deployment.md': deploymentPage(),
    'ingestion.openapi.json': json(ingestionApi()),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
