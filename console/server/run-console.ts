import { fileURLToPath } from 'node:url';
import { openTool } from '../../cli/tool.ts';
import type { ConsoleOptions, ServedConsole } from '../../cli/io.ts';
import type { Clock } from '../../functions/core/world.ts';
import { builtOrNone } from '../build/built-web.ts';
import { USUAL_DATA } from './open-console.ts';
import { serveConsole } from './serve-console.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/u, '');

/** The command `console`: builds the page when its source has changed, and serves it until Ctrl-C. */
export async function runConsole(
  options: ConsoleOptions & { env: Record<string, string | undefined>; clock: Clock },
): Promise<ServedConsole> {
  const { gateway, target, env, clock, isReadOnly, port, onProgress } = options;
  const webFolder = await builtOrNone({ projectFolder: PROJECT_FOLDER, onProgress });
  const running = await serveConsole(port, {
    gateway,
    tool: openTool({ env, clock }, target, gateway),
    clock,
    ...(gateway.manifest.endpoint !== undefined && { dataDir: target.data ?? USUAL_DATA }),
    isReadOnly,
    webFolder,
  });
  const ended = new Promise<void>((resolve) => {
    const stop = (): void => {
      void running.close().then(resolve);
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  return { url: running.url, readOnlyBecause: running.readOnlyBecause, ended };
}
