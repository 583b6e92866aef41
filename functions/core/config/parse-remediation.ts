import { REMEDIATION_SETTINGS } from './settings/remediation-settings.ts';
import { readSettings } from './settings/setting.ts';
import type { Remediation } from '../model/config/remediation.ts';
import type { Parsed, Problem } from './problem.ts';

/** What an operator wrote about a type, with every problem and its path. */
export function parseRemediation(input: unknown): Parsed<Omit<Remediation, 'updatedAt'>> {
  const problems: Problem[] = [];
  const { type = '', steps = [], url } = readSettings(REMEDIATION_SETTINGS, input, problems);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { type, steps, ...(url !== undefined && { url }) } };
}
