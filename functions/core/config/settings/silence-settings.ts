import * as v from 'valibot';
import { type Matcher, printMatchers } from '../../match/matcher.ts';
import { parseMatchers } from '../../match/parse-matchers.ts';
import { expressionProblems } from '../../match/regular-expressions.ts';
import type { Silence } from '../../model/config/silence.ts';
import { quoted } from '../../text/quoted.ts';
import type { Problem } from '../problem.ts';
import { reading, rule, text } from './schemas.ts';
import type { Settings } from './setting.ts';

/** Each list is looked at for every alert. */
const MAX_SETS = 50;
const MAX_COMMENT_CHARACTERS = 500;

const instant = v.pipe(text('missing'), rule(instantProblem));

/** What an operator says of a silence. Its id and its author are given by the gateway. */
export const SILENCE_SETTINGS = {
  matcherSets: {
    written: ({ matcherSets }) => matcherSets.map(printMatchers),
    schema: v.pipe(v.unknown(), reading(readSets)),
    json: { key: 'match', of: ({ matcherSets }) => matcherSets.map(printMatchers) },
    line: { label: 'covers', of: ({ matcherSets }) => matcherSets.map(printMatchers).join('\n') },
  },
  startsAt: {
    schema: instant,
    json: { key: 'starts_at', of: ({ startsAt }) => startsAt },
    line: { label: 'from', of: ({ startsAt }) => startsAt },
  },
  endsAt: {
    schema: instant,
    json: { key: 'ends_at', of: ({ endsAt }) => endsAt },
    line: { label: 'until', of: ({ endsAt }) => endsAt },
  },
  comment: {
    schema: v.pipe(v.unknown(), reading(readComment)),
    options: [{ flag: '--comment <text>', help: 'why', isRequired: true }],
    json: { key: 'comment', of: ({ comment }) => comment },
    line: { label: 'why', of: ({ comment }) => comment },
  },
  author: {
    schema: text('missing; expected who makes it'),
    json: { key: 'author', of: ({ author }) => author },
    line: { label: 'by', of: ({ author }) => author },
  },
} as const satisfies Settings<Silence>;

/** Each as text. A list that is empty, `{}`, holds for everything. */
function readSets(input: unknown, problems: Problem[]): Matcher[][] {
  if (!Array.isArray(input) || input.length === 0 || !input.every((one) => typeof one === 'string')) {
    problems.push({ path: '', message: 'missing; expected what to silence, for example env=dev' });
    return [];
  }
  if (input.length > MAX_SETS) {
    problems.push({ path: '', message: `${input.length} lists of matchers; expected at most ${MAX_SETS}` });
  }
  return input.map((one: string, index) => {
    const { matchers, problems: wrong } = parseMatchers(one);
    problems.push(
      ...[...wrong, ...expressionProblems(matchers)].map((message) => ({ path: `[${index}]`, message })),
    );
    return matchers;
  });
}

function readComment(input: unknown, problems: Problem[]): string {
  const comment = typeof input === 'string' ? input.trim() : '';
  if (comment === '') problems.push({ path: '', message: 'missing; expected why, in words' });
  else if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(comment)) {
    problems.push({ path: '', message: `${quoted(comment)} has a line break or a control character in it` });
  } else if (comment.length > MAX_COMMENT_CHARACTERS) {
    problems.push({
      path: '',
      message: `${comment.length} characters; expected at most ${MAX_COMMENT_CHARACTERS}`,
    });
  }
  return comment;
}

function instantProblem(value: string): string | undefined {
  return Number.isNaN(Date.parse(value))
    ? `${quoted(value)} is no time; expected for example 2026-03-01T18:00:00Z`
    : undefined;
}
