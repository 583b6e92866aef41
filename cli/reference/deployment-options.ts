import { toJsonSchema } from '@valibot/to-json-schema';
import { DEPLOYMENT_SETTINGS } from '../../functions/core/config/settings/deployment-settings.ts';

type JsonSchema = Record<string, unknown>;

const SETTINGS = Object.entries(DEPLOYMENT_SETTINGS);

/** The JSON Schema of `tocsin.json`, from the list that reads it. */
export function deploymentSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Deployment of Tocsin',
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'where this schema is, for editors' },
      ...Object.fromEntries(
        SETTINGS.map(([name, { schema, help }]) => [name, { description: help, ...valueSchema(schema) }]),
      ),
    },
    additionalProperties: false,
  };
}

/** The page that lists every option of a deployment. */
export function deploymentPage(): string {
  const rows = SETTINGS.map(([name, setting]) => {
    const usual = 'usual' in setting ? setting.usual : 'none';
    return `| \`${name}\` | ${typeOf(valueSchema(setting.schema))} | ${usual} | ${setting.help} |`;
  });
  return `# Options of a deployment

Written by \`npm run reference\` from the list that reads them. They stand in \`tocsin.json\` beside cdk.json, and nowhere
else; [deploy](../deploy.md) tells how, and editors complete the file by [deployment.schema.json](deployment.schema.json).

| option | holds | left out | what |
|---|---|---|---|
${rows.join('\n')}
`;
}

function valueSchema(schema: Parameters<typeof toJsonSchema>[0]): JsonSchema {
  const { $schema: _, ...described } = toJsonSchema(schema, { errorMode: 'ignore' });
  return described;
}

function typeOf(schema: JsonSchema): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].map((word) => `\`${String(word)}\``).join(', ');
  const words: Record<string, string> = {
    string: 'text',
    integer: 'a whole number',
    array: 'a list',
    object: 'names and values',
    boolean: 'true or false',
  };
  return words[String(schema['type'])] ?? '';
}
