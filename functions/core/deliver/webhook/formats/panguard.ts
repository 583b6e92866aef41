import type { Alert } from '../../../model/wire/alert.ts';
import { endedPrefix } from './alert-facts.ts';
import type { WebhookFormat } from './format.ts';

const PANGUARD_VERSION = '1.0.0';

/**
 * The body that a receiver written for Panguard expects: its fields, in its order, each of its type, none ever missing
 * (Panguard's page on its e-mail and webhook channels).
 *
 * Values that the sender gave under these names in `details` go first, so that an alert that came from Panguard
 * leaves as it came. Unknown texts are empty, an unknown confidence is 0, an action of unknown success `false`.
 */
export const panguard: WebhookFormat = {
  name: 'panguard',
  summary: "Panguard's threat_alert payload, for receivers written for it",
  contentType: 'application/json',
  render: (alert) =>
    JSON.stringify({
      event_type: alert.type,
      timestamp: alert.event_time,
      severity: alert.severity,
      title: endedPrefix(alert) + alert.title,
      details: {
        source_ip: told(alert, 'source_ip') ?? sourceAddress(alert) ?? '',
        confidence: numberTold(alert, 'confidence') ?? alert.confidence ?? 0,
        rule: told(alert, 'rule') ?? alert.rule?.id ?? alert.rule?.name ?? '',
        mitre_id: told(alert, 'mitre_id') ?? alert.mitre?.[0] ?? '',
        action_taken: told(alert, 'action_taken') ?? alert.actions_taken?.[0]?.name ?? '',
        action_success: flagTold(alert, 'action_success') ?? alert.actions_taken?.[0]?.success ?? false,
      },
      panguard_version: PANGUARD_VERSION,
    }),
};

function sourceAddress(alert: Alert): string | undefined {
  const isAddress = (type: string | undefined): boolean => /(^|[^a-z])ip(v[46])?($|[^a-z])/i.test(type ?? '');
  return (
    alert.observables?.find(({ type }) => isAddress(type))?.value ??
    alert.actors?.find(({ type }) => isAddress(type))?.id
  );
}

function told(alert: Alert, name: string): string | undefined {
  const value = alert.details[name];
  return typeof value === 'string' ? value : undefined;
}

function numberTold(alert: Alert, name: string): number | undefined {
  const value = alert.details[name];
  return typeof value === 'number' ? value : undefined;
}

function flagTold(alert: Alert, name: string): boolean | undefined {
  const value = alert.details[name];
  return typeof value === 'boolean' ? value : undefined;
}
