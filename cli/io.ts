import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { SmtpClient } from '../functions/core/deliver/email/smtp/smtp-client.ts';
import type { Clock } from '../functions/core/world.ts';
import type { Reachability } from '../functions/core/operator/reachability.ts';
import type { Gateway, Target } from './gateway.ts';
import type { Prompts } from './prompts.ts';
import type { TextSink } from './screen/text-sink.ts';

/** The gateway that a console serves, and how it serves it. */
export type ConsoleOptions = {
  gateway: Gateway;
  target: { stack?: string; data?: string };
  port: number;
  isReadOnly: boolean;
  onProgress: (line: string) => void;
};

/** `ended` when it was told to stop. */
export type ServedConsole = { url: string; readOnlyBecause: string | undefined; ended: Promise<void> };

/** The outside world of a command, so that a test can run it in its own process. */
export type CliIo = {
  stdout: TextSink;
  stderr: TextSink;
  stdin: AsyncIterable<Uint8Array | string> & { isTTY?: boolean };
  env: Record<string, string | undefined>;
  clock: Clock;
  random?: (size: number) => Uint8Array;
  sleep?: (ms: number) => Promise<void>;
  /** Every address of a name. */
  resolve?: (host: string) => Promise<string[]>;
  fetch?: typeof fetch;
  /** Tries whether a receiver can be reached. */
  reachability?: Reachability;
  /** Tries whether a mail server takes a login. */
  mailServers?: Pick<SmtpClient, 'login'>;
  /** Answers questions in place of a person at the terminal. */
  prompts?: Prompts;
  /** Asks the desktop to open a URL; absent where there is none. */
  openInBrowser?: (url: string) => void;
  /** Serves the console; absent where the commands themselves are a part of it. */
  serveConsole?: (options: ConsoleOptions) => Promise<ServedConsole>;
  /** Opens the gateway; tests put their own in place of AWS. */
  connect?: (target: Target, clock: Clock, sleep: (ms: number) => Promise<void>) => Promise<Gateway>;
};

export function randomOf(io: CliIo): (size: number) => Uint8Array {
  return io.random ?? ((size) => randomBytes(size));
}

export function sleepOf(io: CliIo): (ms: number) => Promise<void> {
  return io.sleep ?? ((ms) => wait(ms));
}

export function resolveOf(io: CliIo): (host: string) => Promise<string[]> {
  return io.resolve ?? (async (host) => (await lookup(host, { all: true })).map((answer) => answer.address));
}

/** Everything that standard input holds, as text. */
export async function readStdin(io: CliIo): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString('utf8');
}
