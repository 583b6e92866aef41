import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../cli/connect.ts';
import { openTool } from '../../cli/tool.ts';
import type { Clock } from '../../functions/core/world.ts';
import { openConsole, type ServedConsole, USUAL_DATA } from './open-console.ts';

/**
 * The console of a local run, which has judged who asks. It answers at once; its page is there when it is built, which must not
 * keep the gateway waiting.
 */
export async function openLocalConsole(options: {
  dataDir: string;
  env: Record<string, string | undefined>;
  clock: Clock;
  /** Of the page, once it is built; undefined where it could not be. */
  webFolder: string | Promise<string | undefined>;
}): Promise<ServedConsole> {
  const { dataDir, clock } = options;
  const gateway = await connect({ kind: 'local', data: dataDir }, clock, wait);
  // Who reads a command in the page is in the checkout, where npx calls the tool.
  const env = { ...options.env, npm_command: 'exec' };
  const target = dataDir === USUAL_DATA ? {} : { data: dataDir };
  const opened = await openConsole({
    gateway,
    tool: openTool({ env, clock }, target, gateway),
    clock,
    dataDir,
    opensFor: 'whoever-asks',
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
