import { listed, text, type Fields } from './read-fields.ts';
import type { AlertDraft } from './formats/format.ts';

type Lifted = Pick<AlertDraft, 'confidence' | 'rule' | 'mitre' | 'observables' | 'actions_taken'>;

/**
 * The fields of an alert that Panguard, and our own format after it, tell in `details`: `source_ip`, `confidence`, `rule`,
 * `mitre_id`, `action_taken` with `action_success`. The details themselves stay whole.
 */
export function liftedDetails(details: Fields): Lifted {
  const { action_success: succeeded } = details;
  const confidence = asNumber(details['confidence']);
  const rule = text(details['rule']);
  const technique = text(details['mitre_id']);
  const action = text(details['action_taken']);
  const sourceIp = text(details['source_ip']);
  return {
    ...(isConfidence(confidence) && { confidence }),
    ...(rule !== undefined && { rule: { name: rule } }),
    ...(technique !== undefined && { mitre: technique.split(/[,;\s]+/u).filter((id) => id !== '') }),
    ...listed('observables', [sourceIp === undefined ? undefined : { type: 'ip', value: sourceIp }]),
    ...(action !== undefined && {
      actions_taken: [{ name: action, ...(typeof succeeded === 'boolean' && { success: succeeded }) }],
    }),
  };
}

/** Scripts often write numbers as texts. */
function asNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,3}(?:\.\d+)?%?$/u.test(value) ? Number.parseFloat(value) : value;
}

export function isConfidence(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100;
}
