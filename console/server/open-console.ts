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

/** Nobody waits for the emulators; a look into AWS costs something. */
const LOOK_EVERY_MS = { local: 1_000, aws: 5_000 };
/** An id that nothing has: what is written to it is refused by its own condition. */
const NOBODY = 'src_0000000000000000000000';

/** Where the tool looks for a local run when it is not told. */
export const USUAL_DATA = '.tocsin';

export type OpenConsole = {
  gateway: Gateway;
  tool: Tool;
  clock: Clock;
  /** Of a local run: where its state is. */
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
  // A page that is being built is not waited for.
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
 * Whether the identity may write to the table, asked of the table: a write whose condition nothing fulfils changes nothing,
 * and is refused before that where it is not allowed.
 */
async function whyNotToWrite({ config }: Gateway, tool: Tool): Promise<string | undefined> {
  try {
    await config.release('source', NOBODY, { by: 'nobody' });
    return undefined;
  } catch (error) {
    const { code, message } = tool.explain(error);
    if (code !== 'access-denied') throw error;
    return `your identity may not write to the table (${message})`;
  }
}
