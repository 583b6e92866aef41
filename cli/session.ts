import { wrongUsage } from './failure.ts';
import { paintFor } from './screen/terminal.ts';
import { calledAs, completeHints } from './words/hint.ts';
import type { Gateway, Target } from './gateway.ts';
import { type CliIo, sleepOf } from './io.ts';
import type { Paint } from './screen/terminal.ts';
import type { TextSink } from './screen/text-sink.ts';

/** Options that every command has. */
export type GlobalOptions = { json?: boolean; stack?: string; data?: string };

/** The argument of every command: options, terminal, and the way to the gateway. */
export type Session = {
  io: CliIo;
  /** The flags that name the gateway, as they were given. */
  target: { stack?: string; data?: string };
  isJson: boolean;
  paint: Paint;
  /** Columns that lists may take. */
  width: number;
  nowMs: number;
  /** Opens the gateway on first use: wrong usage must not need one. */
  gateway(): Promise<Gateway>;
  /** A line for a person who waits; never on standard output, and nothing at all under --json. */
  note(text: string): void;
  /** A text with its hints as they can be pasted. */
  complete(text: string): string;
  /** A secret that the operator gave, and that is therefore never printed. */
  keepSecret(text: string): void;
  isGiven(secret: string | undefined): boolean;
  /** The secrets that were given until now. */
  givenSecrets(): readonly string[];
  close(): void;
};

/** Enough for the widest list; beyond it lines are harder to read, not easier. */
const WIDEST = 140;
/** Where no terminal tells its width. */
const ASSUMED_WIDTH = 100;

export function openSession(io: CliIo, options: GlobalOptions): Session {
  let gateway: Promise<Gateway> | undefined;
  let open: Gateway | undefined;
  const given: string[] = [];
  const isJson = options.json === true;
  const target = chooseTarget(options, io.env);
  const called = calledAs(options, io.env);
  return {
    io,
    target: {
      ...(options.stack !== undefined && { stack: options.stack }),
      ...(options.data !== undefined && { data: options.data }),
    },
    isJson,
    paint: paintFor(io.stdout, io.env),
    width: widthOf(io.stdout),
    nowMs: io.clock.now(),
    async gateway() {
      gateway ??= opened(io, target);
      open = await gateway;
      return open;
    },
    note(text) {
      if (!isJson) io.stderr.write(`${completeHints(text, called)}\n`);
    },
    complete: (text) => completeHints(text, called),
    keepSecret(text) {
      if (text !== '') given.push(text);
    },
    isGiven: (secret) => secret !== undefined && given.includes(secret),
    givenSecrets: () => given,
    close() {
      open?.close();
    },
  };
}

/** The clients of AWS are most of what the tool loads, and wrong usage needs none of them. */
async function opened(io: CliIo, target: Target): Promise<Gateway> {
  const connect = io.connect ?? (await import('./connect.ts')).connect;
  return connect(target, io.clock, sleepOf(io));
}

function widthOf({ columns = ASSUMED_WIDTH }: TextSink): number {
  return Number.isFinite(columns) ? Math.min(WIDEST, columns) : columns;
}

/** The flags win over the environment; `--data` says local even where TOCSIN_STACK is set. */
function chooseTarget(options: GlobalOptions, env: CliIo['env']): Target {
  if (options.stack !== undefined && options.data !== undefined) {
    throw wrongUsage('--stack and --data exclude each other: one is a stack in AWS, the other a local run');
  }
  const stack = options.stack ?? (options.data === undefined ? env['TOCSIN_STACK'] : undefined);
  if (stack === undefined || (stack === '' && options.stack === undefined)) {
    return { kind: 'local', data: options.data ?? '.tocsin' };
  }
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stack)) {
    throw wrongUsage(
      `--stack: ${JSON.stringify(stack)} is no stack name; expected letters, digits and hyphens, starting with a letter`,
    );
  }
  // In the order of the AWS tools; the SDK itself knows the first of them only.
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  return { kind: 'stack', stack, ...(region && { region }) };
}
