import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

/** Everything that the output depends on, besides the version of Node. */
const INPUTS = ['cdk', 'functions', 'cdk.json', 'local/tocsin.json', 'package-lock.json'];

/**
 * The options of the local run: those of the operator's own file are about an account. `concurrency` is 100, because a
 * machine has no quota of executions that ten must be enough for, and not more, because from 284 on a part is reserved for
 * ingestion: requests beyond a reservation are refused, and the few environments of a machine let them wait.
 */
const OPTIONS_FILE = join('local', 'tocsin.json');

/** A digest of the inputs' paths and contents. */
export function hashInputs(projectFolder: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const input of INPUTS) {
    for (const path of filesOf(projectFolder, input)) {
      hash.update(`\0${path}\0`).update(readFileSync(join(projectFolder, path)));
    }
  }
  return hash.digest('hex');
}

function filesOf(projectFolder: string, input: string): string[] {
  const path = join(projectFolder, input);
  if (!existsSync(path)) return [];
  if (/\.\w+$/.test(input)) return [input];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectFolder.length + 1))
    .sort();
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
  onProgress(line: string): void;
}): Promise<void> {
  const { projectFolder, outputFolder } = options;
  const hash = hashInputs(projectFolder);
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
  await runApp(projectFolder, outputFolder);
  writeFileSync(hashFile, hash, { mode: 0o600 });
}

function runApp(projectFolder: string, outputFolder: string): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join('cdk', 'app.ts')], {
    cwd: projectFolder,
    env: { ...process.env, CDK_OUTDIR: outputFolder, CDK_CONTEXT_JSON: contextOf(projectFolder) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new StartError(`cannot synthesize the stack: ${error.message}`, { cause: error }));
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new StartError(`synthesizing the stack failed: ${firstComplaint(said)}`));
    });
  });
}

/** What went wrong, in one line: what Node prints below its source excerpt, or else the first line. */
function firstComplaint(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const excerptEnd = lines.findLastIndex((line) => /^\^+$/.test(line));
  const [first = 'no reason was given', second] = lines.slice(excerptEnd + 1).filter((line) => line !== '');
  return first.endsWith(':') && second !== undefined ? `${first} ${second}` : first;
}

/** What the CDK's command line would pass: the context of cdk.json, and the file with the options. */
function contextOf(projectFolder: string): string {
  const path = join(projectFolder, 'cdk.json');
  const settings = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { context?: Record<string, unknown> })
    : {};
  return JSON.stringify({ ...settings.context, config: OPTIONS_FILE });
}
