import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Gateway } from '../../cli/gateway.ts';
import type { Tool } from '../../cli/tool.ts';
import type { Clock } from '../../functions/core/world.ts';
import { createConsoleApp } from './console-app.ts';
import { liveChanges } from './live-changes.ts';
import { freshNames } from './names.ts';
import { readWebFiles, type WebFile } from './web-files.ts';
import type { ConsoleWorld } from './world.ts';

/** The pause between two looks: short for emulators, which are free; longer for AWS, where a look costs something. */
const LOOK_EVERY_MS = { local: 1_000, aws: 5_000 };
/** An id that no item has: the condition of a write to it always fails. */
const ID_OF_NO_ITEM = 'src_0000000000000000000000';

/** The folder where the tool looks for a local run by default. */
export const USUAL_DATA = '.tocsin';

export type OpenConsole = {
  gateway: Gateway;
  tool: Tool;
  clock: Clock;
  /** The folder with the state of a local run. */
  dataDir?: string;
  opensFor: ConsoleWorld['opensFor'];
  isReadOnly: boolean;
  /** The folder of the built page, once it is there; undefined where it could not be built. */
  webFolder: string | undefined | Promise<string | undefined>;
  mailbox?: string;
};

/** A console that answers requests. */
export type ServedConsole = {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  token: string;
  readOnlyBecause: string | undefined;
  close(): void;
};

/**
 * The console of a gateway, ready to answer. Read-only where that is asked for, and where the identity may not write.
 */
export async function openConsole(options: OpenConsole): Promise<ServedConsole> {
  const { gateway, tool, clock } = options;
  const because = options.isReadOnly ? 'it was started with --read-only' : await whyNotToWrite(gateway, tool);
  const token = randomBytes(32).toString('base64url');
  const isLocal = gateway.manifest.endpoint !== undefined;
  const changes = liveChanges({ gateway, tool, clock }, LOOK_EVERY_MS[isLocal ? 'local' : 'aws']);
  let files: ReadonlyMap<string, WebFile> = new Map();
  const reading = (async () => {
    const folder = await options.webFolder;
    if (folder !== undefined) files = await readWebFiles(folder);
  })();
  // The console answers while its page is being built.
  if (!(options.webFolder instanceof Promise)) await reading;
  const app = createConsoleApp(
    {
      gateway,
      tool,
      clock,
      messageTarget:
        options.dataDir === undefined
          ? `--stack ${gateway.manifest.stack}`
          : `--data ${resolve(options.dataDir)}`,
      names: freshNames(gateway, clock),
      token,
      opensFor: options.opensFor,
      files: () => files,
      ...(because !== undefined && { readOnlyBecause: because }),
      ...(options.mailbox !== undefined && { mailbox: options.mailbox }),
    },
    changes,
  );
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return {
    handle: async (request, response) => {
      await listener(request, response);
    },
    token,
    readOnlyBecause: because,
    close: () => {
      changes.close();
    },
  };
}

/**
 * Whether the identity may write to the table. The table is asked with a write whose condition always fails: it changes nothing,
 * and an identity that may not write is refused before the condition is checked.
 */
async function whyNotToWrite({ config }: Gateway, tool: Tool): Promise<string | undefined> {
  try {
    await config.release('source', ID_OF_NO_ITEM, { by: 'nobody' });
    return undefined;
  } catch (error) {
    const { code, message } = tool.explain(error);
    if (code !== 'access-denied') throw error;
    return `your identity may not write to the table (${message})`;
  }
}
