import type { Problem } from '../../api/problem.ts';

/** The failure of a request to the console's server, in words for the reader. */
export class AskError extends Error {
  readonly code: string;
  readonly problems: readonly { path: string; message: string }[];

  constructor(code: string, message: string, problems: readonly { path: string; message: string }[]) {
    super(message);
    this.name = 'AskError';
    this.code = code;
    this.problems = problems;
  }
}

const GONE =
  'the console does not answer: it was stopped, or this computer slept; start it again and open the URL that it prints';

/**
 * The answer to a GET, or with a body to a POST.
 *
 * @throws {AskError} `console-gone` when no server answers, else with the words of the server
 */
export async function ask<T>(path: string, body: unknown, signal: AbortSignal | null): Promise<T> {
  const response = await fetchOrExplain(path, {
    signal,
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as T;
  const problem = (answer as Partial<Problem> | undefined)?.error;
  throw new AskError(
    problem?.code ?? 'unreadable-answer',
    problem?.message ??
      `the console answered with status ${String(response.status)} and nothing that can be read`,
    problem?.problems ?? [],
  );
}

async function fetchOrExplain(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new AskError('console-gone', GONE, []);
  }
}

/** A list becomes one name several times; undefined and empty values are left out. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** `/path?a=1&b=2&b=3` */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : (value ?? []))
      .filter((one) => one !== '')
      .map((one) => [name, one]),
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
