import type { Gateway } from '../../cli/gateway.ts';
import type { Tool } from '../../cli/tool.ts';
import type { Clock } from '../../functions/core/world.ts';
import type { Names } from './names.ts';
import type { WebFile } from './web-files.ts';

/** The dependencies of the console. */
export type ConsoleWorld = {
  gateway: Gateway;
  /** The command line on the same gateway. The console says and does the same as the command line. */
  tool: Tool;
  clock: Clock;
  /** Flags of the command line that name this gateway, for commands in messages. */
  messageTarget: string;
  /** Names of configuration, as they were a few seconds ago at most. */
  names: () => Promise<Names>;
  /** The secret of this start, from 256 random bits. */
  token: string;
  /** Requests that get the cookie of the token: those that give the token, or all of them, because the caller has checked them. */
  opensFor: 'requests-with-the-token' | 'every-request';
  /** The reason why nothing may be changed; absent where changes are allowed. */
  readOnlyBecause?: string;
  /** The path of the mailbox of a local run. */
  mailbox?: string;
  /** The files of the built page; empty while it is not built. */
  files: () => ReadonlyMap<string, WebFile>;
};
