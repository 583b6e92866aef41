import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles } from './hash-files.ts';
import { runScript } from './run-script.ts';

/** The inputs of the built page. */
const INPUTS = ['console/web', 'console/api', 'functions/core/model/wire', 'package-lock.json'];
/** The folder of builds, which is not in git. It has one folder for each state of the inputs. */
const OUTPUT = 'console/.built';

/** The state of the source, short enough for the name of a folder. */
export function hashWeb(projectFolder: string): string {
  return hashFiles(projectFolder, INPUTS).slice(0, 16);
}

/**
 * The folder with the pages of the console, `index.html` among them. Built where their source has changed since.
 *
 * A build takes some seconds and runs in a child process; it is made beside the others and takes its name at the end,
 * so two builds at once do not disturb each other, and no half of a build is ever served.
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

/** The folder as `builtWeb` gives it, or undefined with a warning when the build fails: the rest of a local run works without it. */
export async function builtOrNone(options: Parameters<typeof builtWeb>[0]): Promise<string | undefined> {
  try {
    return await builtWeb(options);
  } catch (error) {
    options.onProgress(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The earlier builds. Unfinished folders are left out: another process may be building there. */
function removeOthers(output: string, current: string): void {
  for (const name of readdirSync(output)) {
    const path = join(output, name);
    if (path !== current && !name.startsWith('unfinished-')) rmSync(path, { recursive: true, force: true });
  }
}

async function runVite(projectFolder: string, outputFolder: string): Promise<void> {
  const vite = join(projectFolder, 'node_modules/vite/bin/vite.js');
  const config = join(projectFolder, 'console/web/vite.config.ts');
  const { isDone, complaints } = await runScript(
    [vite, 'build', '--config', config, '--outDir', outputFolder],
    { folder: projectFolder, env: { NODE_ENV: 'production', NO_COLOR: '1' } },
  );
  const reason = complaints.find((line) => /error/iu.test(line)) ?? 'no reason was given';
  if (!isDone) throw new Error(`building the console failed: ${reason}`);
}
