import * as v from 'valibot';
import { type Matcher, printMatchers } from '../../match/matcher.ts';
import { parseMatchers } from '../../match/parse-matchers.ts';
import { expressionProblems } from '../../match/regular-expressions.ts';
import type { Silence } from '../../model/config/silence.ts';
import { quoted } from '../../text/quoted.ts';
import { INSTANT_EXAMPLE, instantMs } from '../instant.ts';
import type { Fields, Problem } from '../problem.ts';
import { reading, rule, text } from './schemas.ts';
import type { InFile, Settings } from './setting.ts';

/** Each list is looked at for every alert. */
const MAX_SETS = 50;
const MAX_COMMENT_CHARACTERS = 500;

const texts = v.union([v.array(v.string()), v.string()]);

const instant = v.pipe(text('missing'), rule(instantProblem));

/** What an operator says of a silence. Its id and its author are given by the gateway. */
export const SILENCE_SETTINGS = {
  matcherSets: {
    written: ({ matcherSets }) => matcherSets.map(printMatchers),
    schema: v.pipe(v.unknown(), reading(readSets)),
    inFile: {
      fields: {
        match: described(texts, 'what to silence: env=dev, host=~"web.*"; all of them must hold'),
        match_set: described(
          texts,
          'lists of matchers, each as one text; alerts for which one of the lists holds',
        ),
      },
      read: readFields,
      write: writeFields,
    },
    json: { key: 'match', of: ({ matcherSets }) => matcherSets.map(printMatchers) },
    line: { label: 'covers', of: ({ matcherSets }) => matcherSets.map(printMatchers).join('\n') },
  },
  startsAt: {
    schema: instant,
    inFile: oneField('startsAt', 'start', 'from when, ISO 8601; left out, from when it is made'),
    json: { key: 'starts_at', of: ({ startsAt }) => startsAt },
    line: { label: 'from', of: ({ startsAt }) => startsAt },
  },
  endsAt: {
    schema: instant,
    inFile: oneField('endsAt', 'until', 'until when, ISO 8601; at most 30 days'),
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
    inFile: oneField('author', 'author', 'who makes it; left out, the AWS identity of the caller'),
    json: { key: 'author', of: ({ author }) => author },
    line: { label: 'by', of: ({ author }) => author },
  },
} as const satisfies Settings<Silence>;

function described(schema: v.GenericSchema, words: string): v.GenericSchema {
  return v.pipe(schema, v.description(words));
}

/** A field of text for a setting without an option of that name. */
function oneField(path: 'startsAt' | 'endsAt' | 'author', name: string, words: string): InFile<Silence> {
  return {
    fields: { [name]: described(v.string(), words) },
    read: (given) => given[name],
    write: (silence) => ({ [name]: silence[path] }),
  };
}

/** One list whose matchers must all hold, and lists as text. */
function readFields({ match, match_set: sets }: Fields): unknown {
  const listed = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());
  const first = listed(match).map((one) =>
    typeof one === 'string' ? one.replace(/^\{(.*)\}$/su, '$1') : one,
  );
  const isText = first.every((one) => typeof one === 'string');
  const joined = match === undefined ? [] : [isText ? first.filter((one) => one !== '').join(',') : match];
  return [...joined, ...listed(sets)];
}

function writeFields({ matcherSets }: Silence): Fields {
  const [first = []] = matcherSets;
  return matcherSets.length === 1
    ? { match: first.length === 0 ? ['{}'] : first.map((matcher) => printMatchers([matcher])) }
    : { match_set: matcherSets.map(printMatchers) };
}

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
  return instantMs(value) === undefined
    ? `${quoted(value)} is no time with a time zone; expected for example ${INSTANT_EXAMPLE}`
    : undefined;
}
