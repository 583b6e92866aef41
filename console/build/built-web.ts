import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that the built pages depend on. */
const INPUTS = ['console/web', 'console/api', 'functions/core/model/wire', 'package-lock.json'];
/** Not in git. One folder for each state of the inputs. */
const OUTPUT = 'console/.built';

/** A digest of the inputs' paths and contents, short enough for the name of a folder. */
export function hashWeb(projectFolder: string): string {
  const hash = createHash('sha256');
  for (const path of INPUTS.flatMap((input) => filesOf(projectFolder, input))) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(projectFolder, path)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesOf(projectFolder: string, input: string): string[] {
  const path = join(projectFolder, input);
  if (!existsSync(path)) return [];
  if (input.endsWith('.json')) return [input];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectFolder.length + 1))
    .sort();
}

/**
 * The folder with the pages of the console, `index.html` among them. Built where their source has changed since.
 *
 * A build takes some seconds and runs in a child process; it is made beside the others and takes its name at the end,
 * so two that build at once do not disturb each other, and no half of one is ever served.
 *
 * @throws {Error} with what the build said, in one line
 */
export async function builtWeb(options: {
  /** Without a slash at its end. */
  projectFolder: string;
  onProgress: (line: string) => void;
}): Promise<string> {
  const { projectFolder, onProgress } = options;
  const output = join(projectFolder, OUTPUT);
  const folder = join(output, hashWeb(projectFolder));
  if (existsSync(folder)) return folder;
  onProgress('building the console, once for each version of it…');
  mkdirSync(output, { recursive: true });
  const unfinished = mkdtempSync(join(output, 'unfinished-'));
  try {
    await runVite(projectFolder, unfinished);
    removeOthers(output, folder);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  onProgress('the console is built');
  return folder;
}

/** Earlier builds. What is unfinished is of others who build just now. */
function removeOthers(output: string, current: string): void {
  for (const name of readdirSync(output)) {
    const path = join(output, name);
    if (path !== current && !name.startsWith('unfinished-')) rmSync(path, { recursive: true, force: true });
  }
}

function runVite(projectFolder: string, outputFolder: string): Promise<void> {
  const vite = join(projectFolder, 'node_modules/vite/bin/vite.js');
  const config = join(projectFolder, 'console/web/vite.config.ts');
  const child = spawn(process.execPath, [vite, 'build', '--config', config, '--outDir', outputFolder], {
    cwd: projectFolder,
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new Error(`cannot build the console: ${error.message}`, { cause: error }));
    });
    child.on('close', (code) => {
      const lines = said.split('\n').map((line) => line.trim());
      const reason = lines.find((line) => /error/iu.test(line)) ?? 'no reason was given';
      if (code === 0) resolve();
      else reject(new Error(`building the console failed: ${reason}`));
    });
  });
}
