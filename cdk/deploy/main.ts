import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { confirm } from '@inquirer/prompts';
import {
  deployedTemplate,
  isIdentityKnown,
  isLeftFromFailure,
} from '../../functions/adapters/operator/deployed-stack.ts';
import { existingTable } from '../../functions/adapters/operator/existing-table.ts';
import { PROJECT_ROOT } from '../constructs/bundle-functions.ts';
import { OptionError, readOptions } from '../read-options.ts';
import { deploy, type DeployPorts } from './deploy.ts';

const HELP = `Deploys what tocsin.json says, and names first what the deployed stack would lose.

  npm run deploy [-- --config staging.json --profile name --yes]

  --config   another file than tocsin.json
  --profile  the AWS profile to deploy with
  --yes      ask nothing, for CI
`;

const ASSEMBLY = join(PROJECT_ROOT, 'cdk.out');
const CDK = join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** Runs the CDK's command line as a person would, and gives its exit status. */
function cdk(...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [CDK, ...args], { cwd: PROJECT_ROOT, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** The arguments; undefined after the help was printed. An unknown argument throws. */
function readArguments(): { config: string | undefined; isSure: boolean } | undefined {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      profile: { type: 'string' },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  if (values.profile !== undefined) process.env['AWS_PROFILE'] = values.profile;
  return { config: values.config, isSure: values.yes };
}

async function main(): Promise<number> {
  const args = readArguments();
  if (args === undefined) return 0;
  const { config, isSure } = args;
  const options = readOptions({
    folder: PROJECT_ROOT,
    context: (name) => (name === 'config' ? config : undefined),
  });
  const context = config === undefined ? [] : ['-c', `config=${config}`];
  const ports: DeployPorts = {
    async synthesize(stackName) {
      if ((await cdk('synth', '--quiet', '--output', ASSEMBLY, ...context)) !== 0) return undefined;
      const template = readFileSync(join(ASSEMBLY, `${stackName}.template.json`), 'utf8');
      return JSON.parse(template) as Record<string, unknown>;
    },
    isLeftFromFailure,
    deployedTemplate,
    isIdentityKnown,
    existingTable,
    confirm: process.stdin.isTTY ? (message) => confirm({ message, default: false }) : undefined,
    deploy: (stackName, { asksBefore }) =>
      cdk(
        'deploy',
        stackName,
        '--app',
        ASSEMBLY,
        '--require-approval',
        asksBefore === 'nothing' ? 'never' : 'broadening',
      ),
    say: (line) => {
      console.error(line);
    },
  };
  return await deploy(options, { isSure }, ports);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error instanceof OptionError ? error.message : `${error.name}: ${error.message}`);
  process.exitCode = 1;
}
