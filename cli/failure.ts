import type { Problem } from '../functions/core/config/problem.ts';
import { TOCSIN } from './words/hint.ts';

/** Why a command ends without having done its work: one line for a person, a code for a script. */
export class CliFailure extends Error {
  readonly code: string;
  /** 1: it failed; 2: it was called wrongly; 130: a person left it with Ctrl-C, as shells count it. */
  readonly exitCode: 1 | 2 | 130;
  readonly problems: readonly Problem[];

  constructor(
    code: string,
    message: string,
    options: { exitCode?: 1 | 2 | 130; problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliFailure';
    this.code = code;
    this.exitCode = options.exitCode ?? 1;
    this.problems = options.problems ?? [];
  }
}

export function wrongUsage(message: string): CliFailure {
  return new CliFailure('wrong-usage', message, { exitCode: 2 });
}

/** `meant` is the name that was probably meant. */
export function notFound(what: string, name: string, meant?: string): CliFailure {
  const guess = meant === undefined ? '' : `did you mean ${JSON.stringify(meant)}? `;
  return new CliFailure(
    'not-found',
    `no ${what} is called ${JSON.stringify(name)}; ${guess}see: ${TOCSIN} ${what} list`,
  );
}

/** For records that have an id and no name. */
export function notFoundId(what: string, id: string, see: string): CliFailure {
  return new CliFailure('not-found', `no ${what} has the id ${JSON.stringify(id)}; see: ${see}`);
}

/**
 * Every problem of a configuration, each with the option that sets the field.
 *
 * @param flags option by path, for example `{'auth.header': '--header'}`; indexes in paths do not matter.
 */
export function refusedSettings(problems: readonly Problem[], flags: Record<string, string>): CliFailure {
  const lines = problems.map((problem) => {
    const flag = flags[problem.path.replaceAll(/\[\d+\]/g, '')];
    return flag === undefined || flag === `--${problem.path}`
      ? `${flag ?? problem.path}: ${problem.message}`
      : `${flag} (${problem.path}): ${problem.message}`;
  });
  return new CliFailure('invalid-settings', lines.join('\n'), { exitCode: 2, problems });
}
