import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { PROJECT_ROOT } from './constructs/bundle-functions.ts';
import { partitionOf } from '../functions/core/model/config/aws-partition.ts';
import { GatewayStack } from './gateway-stack.ts';
import { OptionError, readOptions } from './read-options.ts';

// The CDK's command line passes the context of cdk.json by itself. Because it is read here as well, `node cdk/app.ts` alone
// gives the same template.
const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

try {
  const app = new App({ context });
  const options = readOptions({
    folder: PROJECT_ROOT,
    context: (name): unknown => app.node.tryGetContext(name),
  });
  // The CDK's command line says the region of the profile; without one the links are those of the usual partition.
  const partition = partitionOf(process.env['CDK_DEFAULT_REGION'] ?? '');
  new GatewayStack(app, options.stackName, options, { partition });
  app.synth();
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  console.error(error.message);
  // Not exitCode alone: on its way out the app would write an assembly without a stack.
  process.exit(1);
}
