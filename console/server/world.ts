import type { Gateway } from '../../cli/gateway.ts';
import type { Tool } from '../../cli/tool.ts';
import type { Clock } from '../../functions/core/world.ts';
import type { Names } from './names.ts';
import type { WebFile } from './web-files.ts';

/** What the console works with. */
export type ConsoleWorld = {
  gateway: Gateway;
  /** The command line on the same gateway: what the console says and does is what that says and does. */
  tool: Tool;
  clock: Clock;
  /** Which gateway the commands of its messages are for, as its functions are told: flags of the command line. */
  messageTarget: string;
  /** Names of configuration, as they were a few seconds ago at most. */
  names: () => Promise<Names>;
  /** Of this start, from 256 random bits. */
  token: string;
  /** Who gets the token's cookie: who gives the token, or whoever asks, because somebody else has judged that. */
  opensFor: 'who-has-the-token' | 'whoever-asks';
  /** Why nothing may be changed; absent where it may. */
  readOnlyBecause?: string;
  /** Where the mails of a local run are to be seen. */
  mailbox?: string;
  /** Of the built page; none while it is not built. */
  files: () => ReadonlyMap<string, WebFile>;
};
