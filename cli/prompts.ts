import type * as inquirer from '@inquirer/prompts';
import type { TextSink } from './screen/text-sink.ts';

/** The problem of an answer, for the person who gave it; undefined for a good one. */
type Check = (answer: string) => string | undefined | Promise<string | undefined>;

type Choice<T extends string> = { value: T; name: string; description?: string };

/** Questions to a person at a terminal; tests answer them without one. Each throws `PromptsLeft` on Ctrl-C. */
export type Prompts = {
  text(question: { message: string; default?: string; check?: Check }): Promise<string>;
  /** An answer that the terminal never shows. */
  secret(question: { message: string; check?: Check }): Promise<string>;
  choice<T extends string>(question: {
    message: string;
    choices: readonly Choice<T>[];
    default?: T;
  }): Promise<T>;
  confirm(question: { message: string; default: boolean }): Promise<boolean>;
};

/** The person pressed Ctrl-C or Ctrl-D, or the terminal is gone. */
export class PromptsLeft extends Error {
  constructor(options?: { cause: unknown }) {
    super('the questions were left unanswered', options);
    this.name = 'PromptsLeft';
  }
}

/** Where questions are asked: a terminal, or a test that answers in its place. */
type Asked = { stdin: { isTTY?: boolean }; stderr: TextSink; prompts?: Prompts };

/** Undefined where nobody can be asked: without a terminal, and for a script that reads JSON. */
export function promptsOf(io: Asked, isJson: boolean): Prompts | undefined {
  if (isJson) return undefined;
  return io.prompts ?? (io.stdin.isTTY === true ? terminalPrompts(io) : undefined);
}

/** Asks on standard error, so that standard output holds results only. */
function terminalPrompts(io: Asked): Prompts {
  // Only a real terminal gets here.
  const input = io.stdin as unknown as NodeJS.ReadStream;
  const output = io.stderr as unknown as NodeJS.WritableStream;
  const ask = async <T>(prompt: (library: Library, context: Context) => Promise<T>): Promise<T> => {
    // Loaded here, because no other command needs it.
    const library = await import('@inquirer/prompts');
    const left = new AbortController();
    const leave = (): void => left.abort();
    // The library notices Ctrl-C only; Ctrl-D would close its input and leave the question open for ever.
    const onKey = (_text: string | undefined, key: { ctrl?: boolean; name?: string }): void => {
      if (key.ctrl === true && key.name === 'd') leave();
    };
    input.on('keypress', onKey);
    input.once('end', leave);
    input.once('error', leave);
    try {
      return await prompt(library, { input, output, signal: left.signal });
    } catch (error) {
      const isLeft =
        error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
      throw isLeft ? new PromptsLeft({ cause: error }) : error;
    } finally {
      input.off('keypress', onKey);
      input.off('end', leave);
      input.off('error', leave);
    }
  };
  const validated = (check: Check | undefined) => ({
    validate: async (answer: string): Promise<string | true> => (await check?.(answer)) ?? true,
  });
  return {
    text: async ({ check, ...question }) =>
      ask(async ({ input: text }, context) => text({ ...question, ...validated(check) }, context)),
    async secret({ check, message }) {
      for (;;) {
        const answer = await ask(async ({ password }, context) => password({ message }, context));
        // Not checked by the library: it keeps what was refused, and the next try would be appended unseen.
        const problem = await check?.(answer);
        if (problem === undefined) return answer;
        io.stderr.write(`> ${problem}\n`);
      }
    },
    choice: async <T extends string>({ message, choices, default: first }: ChoiceQuestion<T>) =>
      ask(async ({ select }, context) =>
        select<T>(
          { message, choices, pageSize: 14, loop: false, ...(first !== undefined && { default: first }) },
          context,
        ),
      ),
    confirm: async (question) => ask(async ({ confirm }, context) => confirm(question, context)),
  };
}

type Library = typeof inquirer;
type Context = { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; signal: AbortSignal };
type ChoiceQuestion<T extends string> = { message: string; choices: readonly Choice<T>[]; default?: T };
