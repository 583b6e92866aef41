import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles } from '../console/build/hash-files.ts';
import { runScript } from '../console/build/run-script.ts';
import { StartError } from './start-error.ts';

/** The files that the output depends on; the version of Node counts too. */
const INPUTS = ['cdk', 'functions', 'cdk.json', 'local/tocsin.json', 'package-lock.json'];

/**
 * The options of the local run; the operator's own file is about an account. `concurrency` is 100. A machine has no quota of
 * executions, so it can be more than the ten of a new account. From 284 on a part would be reserved for ingestion, and requests
 * beyond a reservation are refused; here they are to wait for one of the few environments.
 */
const OPTIONS_FILE = join('local', 'tocsin.json');

/** Stands for the VPC of private destinations, of which a machine has none. */
const NO_VPC = {
  vpcId: 'vpc-00000000',
  subnetIds: ['subnet-00000000'],
  securityGroupIds: ['sg-00000000'],
};

/**
 * A hash of the inputs, with the version of Node and the private ranges. Tests name a folder after it.
 */
export function hashInputs(projectFolder: string, privateRanges: readonly string[] = []): string {
  const ranges =
    privateRanges.length === 0 ? '' : `-${privateRanges.join('-').replaceAll(/[^0-9a-f.-]/giu, '_')}`;
  return `${process.version}-${hashFiles(projectFolder, INPUTS)}${ranges}`;
}

/**
 * Synthesizes the CDK app into a folder, in a child process that ends: aws-cdk-lib would hold some 200 MB.
 *
 * Skipped when nothing it reads has changed since the folder was written.
 *
 * @throws {StartError} with the first line of what the app said
 */
export async function synthesize(options: {
  projectFolder: string;
  outputFolder: string;
  /** Where private destinations may be; with them the stack has a private lane. */
  privateRanges?: readonly string[];
  onProgress(line: string): void;
}): Promise<void> {
  const { projectFolder, outputFolder, privateRanges = [] } = options;
  const hash = hashInputs(projectFolder, privateRanges);
  // Beside the output, since the CDK empties nothing and writes everything anew.
  const hashFile = `${outputFolder}.sha256`;
  const isCurrent =
    existsSync(join(outputFolder, 'manifest.json')) &&
    existsSync(hashFile) &&
    readFileSync(hashFile, 'utf8') === hash;
  if (isCurrent) {
    options.onProgress('the stack has not changed since it was last synthesized');
    return;
  }
  options.onProgress('synthesizing the stack…');
  rmSync(hashFile, { force: true });
  rmSync(outputFolder, { recursive: true, force: true });
  await runApp(projectFolder, outputFolder, optionsFile(projectFolder, outputFolder, privateRanges));
  writeFileSync(hashFile, hash, { mode: 0o600 });
}

/** The file with the options: that of the local run, or one beside the output that opens private ranges as well. */
function optionsFile(projectFolder: string, outputFolder: string, privateRanges: readonly string[]): string {
  if (privateRanges.length === 0) return OPTIONS_FILE;
  const options = JSON.parse(readFileSync(join(projectFolder, OPTIONS_FILE), 'utf8')) as object;
  const file = `${outputFolder}.options.json`;
  writeFileSync(file, JSON.stringify({ ...options, ...NO_VPC, egressAllow: privateRanges }), { mode: 0o600 });
  return file;
}

async function runApp(projectFolder: string, outputFolder: string, config: string): Promise<void> {
  const { isDone, complaints } = await runScript(
    ['--disable-warning=ExperimentalWarning', join('cdk', 'app.ts')],
    {
      folder: projectFolder,
      env: {
        CDK_OUTDIR: outputFolder,
        CDK_CONTEXT_JSON: contextOf(projectFolder, config),
        // The CDK's rules are about an account, which a local run has not; they take three quarters of the work.
        CDK_VALIDATION: 'false',
      },
    },
  );
  if (!isDone) throw new StartError(`synthesizing the stack failed: ${firstComplaint(complaints)}`);
}

/** The error in one line: the line that Node prints below its source excerpt, or else the first. */
function firstComplaint(lines: readonly string[]): string {
  const excerptEnd = lines.findLastIndex((line) => /^\^+$/.test(line));
  const [first = 'no reason was given', second] = lines.slice(excerptEnd + 1).filter((line) => line !== '');
  return first.endsWith(':') && second !== undefined ? `${first} ${second}` : first;
}

/** The context as the CDK's command line would pass it: that of cdk.json, and the file with the options. */
function contextOf(projectFolder: string, config: string): string {
  const path = join(projectFolder, 'cdk.json');
  const settings = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { context?: Record<string, unknown> })
    : {};
  return JSON.stringify({ ...settings.context, config });
}
