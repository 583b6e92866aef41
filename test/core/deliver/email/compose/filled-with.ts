import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { anAlert } from './an-alert.ts';

/** The string in every field that a sender can fill, names of details and labels included. */
export function filledWith(value: string): Alert {
  return anAlert({
    id: value,
    type: value,
    severity_original: value,
    title: value,
    description: value,
    event_time: value,
    received_at: value,
    source: { id: value, name: value, format: value },
    source_alert_id: value,
    dedup_key: value,
    rule: { id: value, name: value, url: value },
    mitre: [value, value],
    resources: [{ type: value, id: value, name: value, region: value, url: value }],
    actors: [{ type: value, id: value, name: value }],
    observables: [{ type: value, value }],
    actions_taken: [{ name: value, success: false }],
    remediation: { summary: value, steps: [value, value], url: value },
    links: [{ rel: value, url: value }],
    environment: value,
    labels: Object.fromEntries([[value, value]]),
    details: Object.fromEntries<unknown>([
      ['plain', value],
      ['list', [value, 1]],
      ['nested', Object.fromEntries([[value, { inner: value }]])],
      [`name ${value}`, 1],
    ]),
    raw: { sha256: value, size: 1, content_type: value, index: 0 },
  });
}
