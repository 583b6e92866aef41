import type { Clock } from '../../functions/core/world.ts';
import type { WebFile } from './web-files.ts';

/** What the console works with. */
export type ConsoleWorld = {
  clock: Clock;
  /** Of this start, from 256 random bits. */
  token: string;
  /** Who gets the token's cookie: who gives the token, or whoever asks, because somebody else has judged that. */
  opensFor: 'who-has-the-token' | 'whoever-asks';
  /** Of the built page; none where it could not be built. */
  files: ReadonlyMap<string, WebFile>;
};
