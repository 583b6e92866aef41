import type { Tool, ToolAnswer, ToolFailure } from '../../cli/tool.ts';
import type { Problem } from '../api/problem.ts';
import { ANSWER_HEADERS, PAGE_POLICY } from './answer-headers.ts';

/** A command that did not do its work, with words for the reader. */
export class ToolRefusal extends Error {
  readonly failure: ToolFailure;

  constructor(failure: ToolFailure) {
    super(failure.message);
    this.name = 'ToolRefusal';
    this.failure = failure;
  }
}

/** A request that the console itself refuses. */
export function refusal(code: string, message: string): ToolRefusal {
  return new ToolRefusal({ code, message, isWrongUsage: code === 'wrong-usage', problems: [] });
}

const STATUSES: Record<string, number> = {
  'not-found': 404,
  'not-stored': 404,
  'no-preview': 404,
  'access-denied': 403,
  'read-only': 403,
  ended: 409,
  'changed-meanwhile': 409,
  throttled: 503,
  'not-running': 502,
  unreachable: 502,
  'no-credentials': 502,
  'expired-credentials': 502,
  'no-gateway': 502,
  'not-deployed': 502,
};

/** Any error as an answer, in the words of the tool. */
export function problemOf(error: unknown, tool: Pick<Tool, 'explain' | 'complete'>): Response {
  const failure = error instanceof ToolRefusal ? error.failure : tool.explain(error);
  const { code, message, problems, isWrongUsage } = failure;
  const status = STATUSES[code] ?? (isWrongUsage ? 400 : 500);
  return problem(status, code, tool.complete(message), problems);
}

export function problem(
  status: number,
  code: string,
  message: string,
  problems: readonly { path: string; message: string }[] = [],
): Response {
  const body: Problem = {
    error: { code, message, ...(problems.length > 0 && { problems: [...problems] }) },
  };
  return Response.json(body, {
    status,
    headers: { ...ANSWER_HEADERS, 'content-security-policy': PAGE_POLICY },
  });
}

/** The answer of a command. @throws ToolRefusal with the reason why it did not do its work */
export async function asked(
  tool: Pick<Tool, 'answer'>,
  argv: readonly string[],
  stdin?: string,
): Promise<ToolAnswer> {
  const answer = await tool.answer(argv, stdin);
  if ('failure' in answer) throw new ToolRefusal(answer.failure);
  return answer;
}

/** An id or a name from a path, as one word of a command: none begins with a hyphen. */
export function word(text: string): string {
  if (text.startsWith('-')) throw refusal('not-found', `nothing is called ${JSON.stringify(text)}`);
  return text;
}
