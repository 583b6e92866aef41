import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../cli/connect.ts';
import { openTool } from '../../cli/tool.ts';
import type { Clock } from '../../functions/core/world.ts';
import { openConsole, type ServedConsole, USUAL_DATA } from './open-console.ts';

/**
 * The console of a local run, which has checked the request already. It answers at once. The page is built meanwhile, so that the
 * gateway does not wait for it.
 */
export async function openLocalConsole(options: {
  dataDir: string;
  env: Record<string, string | undefined>;
  clock: Clock;
  /** The folder of the page, once it is built; undefined when the build failed. */
  webFolder: string | Promise<string | undefined>;
}): Promise<ServedConsole> {
  const { dataDir, clock } = options;
  const gateway = await connect({ kind: 'local', data: dataDir }, clock, wait);
  // A reader of the page works in the checkout, where npx calls the tool.
  const env = { ...options.env, npm_command: 'exec' };
  const target = dataDir === USUAL_DATA ? {} : { data: dataDir };
  const opened = await openConsole({
    gateway,
    tool: openTool({ env, clock }, target, gateway),
    clock,
    dataDir,
    opensFor: 'every-request',
    isReadOnly: false,
    webFolder: options.webFolder,
    mailbox: '/local/mail',
  });
  return {
    ...opened,
    close() {
      opened.close();
      gateway.close();
    },
  };
}
