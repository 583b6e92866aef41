import * as v from 'valibot';
import { quoted } from '../problem.ts';
import { reading } from './schemas.ts';
import type { Remediation } from '../../model/config/remediation.ts';
import type { Problem } from '../problem.ts';
import type { Settings } from './setting.ts';

/** Types are dotted or dashed words; one star at the end stands for anything that follows. */
const TYPE = /^(?=.)[\p{L}\p{N}._:/-]{0,127}\*?$/u;
const MAX_STEPS = 20;
/** As many as a mail shows of a step. */
const MAX_STEP_CHARACTERS = 600;
const MAX_URL_CHARACTERS = 500;

/** What an operator says about a type. A step is one line without control characters. */
export const REMEDIATION_SETTINGS = {
  type: {
    schema: v.pipe(v.unknown(), reading(readType)),
    json: { key: 'type', of: ({ type }) => type },
  },
  steps: {
    schema: v.pipe(v.unknown(), reading(readSteps)),
    options: [
      {
        flag: '--step <text>',
        help: 'one step, in order; may be repeated',
        isRequired: true,
        takes: 'several',
      },
    ],
    json: { key: 'steps', of: ({ steps }) => steps },
  },
  url: {
    schema: v.optional(v.pipe(v.unknown(), reading(readUrl))),
    options: [{ flag: '--url <url>', help: 'a page that tells more' }],
    json: { key: 'url', of: ({ url }) => url ?? null },
  },
} as const satisfies Settings<Omit<Remediation, 'updatedAt'>>;

function readType(value: unknown, problems: Problem[]): string {
  if (typeof value === 'string' && TYPE.test(value)) return value;
  problems.push({
    path: '',
    message: `${value === undefined ? 'missing' : `${quoted(value)} is no type`}; expected letters, digits, . _ - : / and one * at the end for anything that follows`,
  });
  return '';
}

function readSteps(value: unknown, problems: Problem[]): string[] {
  if (!Array.isArray(value) || value.length === 0) {
    problems.push({ path: '', message: 'missing; expected at least one step' });
    return [];
  }
  if (value.length > MAX_STEPS) {
    problems.push({ path: '', message: `${value.length} steps; expected at most ${MAX_STEPS}` });
  }
  return value.map((step: unknown, index) => {
    const path = `[${index}]`;
    const text = typeof step === 'string' ? step.trim() : '';
    if (text === '') {
      problems.push({ path, message: 'empty; expected what to do, in words' });
    } else if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) {
      problems.push({ path, message: `${quoted(text)} has a line break or a control character in it` });
    } else if (text.length > MAX_STEP_CHARACTERS) {
      problems.push({
        path,
        message: `${text.length} characters; expected at most ${MAX_STEP_CHARACTERS}, or several steps`,
      });
    }
    return text;
  });
}

function readUrl(value: unknown, problems: Problem[]): string | undefined {
  const url = typeof value === 'string' && value.length <= MAX_URL_CHARACTERS ? URL.parse(value) : null;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url.href;
  problems.push({
    path: '',
    message: `${quoted(value)} is no address of a page; expected https://... without a password, at most ${MAX_URL_CHARACTERS} characters`,
  });
  return undefined;
}
