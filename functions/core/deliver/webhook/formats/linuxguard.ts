import type { Alert } from '../../../model/wire/alert.ts';
import { endedPrefix } from './alert-facts.ts';
import { consoleUrl } from './links.ts';
import type { WebhookFormat } from './format.ts';

const EVENT = 'signal_created';

/**
 * The body that a receiver written for LinuxGuard expects: the V1 envelope around a signal, every field always there,
 * severity as an integer from 1 (info) to 5 (critical), everything else a string, empty when unknown
 * (LinuxGuard's page on its webhook integration).
 */
export const linuxguard: WebhookFormat = {
  name: 'linuxguard',
  summary: "LinuxGuard's V1 signal envelope, for receivers written for it",
  contentType: 'application/json',
  render: (alert, { createdAt }) =>
    JSON.stringify({
      event_type: EVENT,
      version: 'v1',
      timestamp: createdAt,
      tenant_id: alert.tenant_id,
      data: signal(alert),
      console_url: consoleUrl(alert),
    }),
};

function signal(alert: Alert): Record<string, string | number> {
  const [server] = alert.resources ?? [];
  const [identity] = alert.actors ?? [];
  const description = describe(alert);
  return {
    // A receiver of LinuxGuard's own signals knows them by their own ids; others are ours to name.
    signal_id: alert.source.format === 'linuxguard' ? (alert.source_alert_id ?? alert.id) : alert.id,
    signal_type: alert.type,
    severity: alert.severity_id,
    description: endedPrefix(alert) + description,
    server_id: told(alert, 'server_id') ?? server?.id ?? server?.name ?? '',
    server_name: told(alert, 'server_name') ?? server?.name ?? server?.id ?? '',
    identity_id: told(alert, 'identity_id') ?? identity?.id ?? identity?.name ?? '',
    identity_name: told(alert, 'identity_name') ?? identity?.name ?? identity?.id ?? '',
    environment: alert.environment ?? alert.labels['environment'] ?? '',
    created_at: alert.event_time,
  };
}

/**
 * `title: description`, since a signal has no title of its own. LinuxGuard's own signals keep their description: we
 * made their title of their type.
 */
function describe({ title, description, source }: Alert): string {
  if (description === undefined) return title;
  const saysTitle = source.format === 'linuxguard' || description.startsWith(title);
  return saysTitle ? description : `${title}: ${description}`;
}

/** The value that the sender gave under this name, in its details or as a label. Ids are strings there, also where they are numbers. */
function told(alert: Alert, name: string): string | undefined {
  const value = alert.details[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : alert.labels[name];
}
