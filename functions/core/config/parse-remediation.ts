import type { Remediation } from '../model/config/remediation.ts';
import { quoted, readFields } from './problem.ts';
import type { Parsed, Problem } from './problem.ts';

/** Types are dotted or dashed words; one star at the end stands for anything that follows. */
const TYPE = /^(?=.)[\p{L}\p{N}._:/-]{0,127}\*?$/u;
const MAX_STEPS = 20;
/** As many as a mail shows of a step. */
const MAX_STEP_CHARACTERS = 600;
const MAX_URL_CHARACTERS = 500;

/**
 * What an operator wrote about a type, with every problem and its path.
 *
 * Shape: `{type: 'github.*', steps: ['Revoke it', …], url?: 'https://…'}`. A step is one line without control
 * characters; what else stands in it is text, and mails show it as text.
 */
export function parseRemediation(input: unknown): Parsed<Omit<Remediation, 'updatedAt'>> {
  const problems: Problem[] = [];
  const fields = readFields(input, '', ['type', 'steps', 'url'], problems);
  const type = readType(fields['type'], problems);
  const steps = readSteps(fields['steps'], problems);
  const url = readUrl(fields['url'], problems);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { type, steps, ...(url !== undefined && { url }) } };
}

function readType(value: unknown, problems: Problem[]): string {
  if (typeof value === 'string' && TYPE.test(value)) return value;
  problems.push({
    path: 'type',
    message: `${value === undefined ? 'missing' : `${quoted(value)} is no type`}; expected letters, digits, . _ - : / and one * at the end for anything that follows`,
  });
  return '';
}

function readSteps(value: unknown, problems: Problem[]): string[] {
  if (!Array.isArray(value) || value.length === 0) {
    problems.push({ path: 'steps', message: 'missing; expected at least one step' });
    return [];
  }
  if (value.length > MAX_STEPS) {
    problems.push({ path: 'steps', message: `${value.length} steps; expected at most ${MAX_STEPS}` });
  }
  return value.map((step: unknown, index) => {
    const path = `steps[${index}]`;
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
  if (value === undefined) return undefined;
  const url = typeof value === 'string' && value.length <= MAX_URL_CHARACTERS ? URL.parse(value) : null;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url.href;
  problems.push({
    path: 'url',
    message: `${quoted(value)} is no address of a page; expected https://... without a password, at most ${MAX_URL_CHARACTERS} characters`,
  });
  return undefined;
}
