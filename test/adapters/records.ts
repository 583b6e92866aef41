import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Attempt, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import type {
  EmailDestination,
  SmtpTransport,
  WebhookDestination,
} from '../../functions/core/model/config/destination.ts';
import type { Silence } from '../../functions/core/model/config/silence.ts';
import type { Lookup } from '../../functions/core/model/config/lookup.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import { severityId } from '../../functions/core/model/wire/severity.ts';
import type { Source } from '../../functions/core/model/config/source.ts';

/** Records for tests; each shows only what matters to it. */

const AT = '2026-01-15T14:23:01.000Z';
const dates = { createdAt: AT, updatedAt: AT };

export function anAlert(given: Partial<Alert> = {}): Alert {
  const severity = given.severity ?? 'high';
  return {
    schema_version: '1',
    id: 'alert-1',
    type: 'threat_alert',
    status: 'firing',
    severity,
    severity_id: severityId(severity),
    title: 'Something happened',
    event_time: AT,
    received_at: AT,
    source: { id: 'src_1', name: 'one', format: 'generic' },
    tenant_id: 'default',
    dedup_key: 'key',
    labels: {},
    details: {},
    raw: { sha256: '0'.repeat(64), size: 2, index: 0 },
    ...given,
  };
}

export function aRoutedAlert(alert: Partial<Alert> = {}, given: Partial<RoutedAlert> = {}): RoutedAlert {
  return { alert: anAlert(alert), routing: 'routed', routed_at: AT, deliveries: [], trace: [], ...given };
}

export function aMessage(given: Partial<DeliveryMessage> = {}): DeliveryMessage {
  return {
    schema_version: '1',
    delivery_id: 'delivery-1',
    alert_id: 'alert-1',
    destination_id: 'dst_1',
    channel: 'webhook',
    alert: anAlert(),
    created_at: AT,
    attempt: 1,
    round: 1,
    first_attempt: 1,
    ...given,
  };
}

export function anAttempt(given: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    started_at: AT,
    duration_ms: 12,
    outcome: 'delivered',
    destination_version: 1,
    ...given,
  };
}

export function aSource(given: Partial<Source> = {}): Source {
  return {
    id: 'src_1',
    name: 'one',
    auth: { type: 'bearer' },
    format: 'generic',
    streamType: 'auto',
    defaultSeverity: 'medium',
    dedupWindowSeconds: 300,
    isEnabled: true,
    ...dates,
    ...given,
  };
}

export function aWebhook(given: Partial<WebhookDestination> = {}): WebhookDestination {
  return {
    id: 'dst_1',
    name: 'hook',
    channel: 'webhook',
    url: 'https://hooks.example/',
    auth: { type: 'hmac' },
    profile: 'tocsin',
    format: 'tocsin',
    retry: { delaysSeconds: [30, 120] },
    customHeaderNames: [],
    isEnabled: true,
    version: 1,
    ...dates,
    ...given,
  };
}

/** How an e-mail destination sends that has a mail server of its own. */
export const A_MAIL_SERVER: SmtpTransport = {
  type: 'smtp',
  host: 'smtp.example.com',
  port: 465,
  security: 'tls',
  user: 'u',
  from: 'alerts@example.com',
};

export function aMailingList(given: Partial<EmailDestination> = {}): EmailDestination {
  return {
    id: 'dst_2',
    name: 'list',
    channel: 'email',
    recipients: [{ address: 'ops@example.com', role: 'it_admin' }],
    isEnabled: true,
    version: 1,
    ...dates,
    ...given,
  };
}

export function aSilence(given: Partial<Silence> = {}): Silence {
  return {
    id: 'sil_1',
    name: 'sil_1',
    matcherSets: [[{ name: 'env', operator: '=', value: 'dev' }]],
    startsAt: '2026-01-15T14:00:00.000Z',
    endsAt: '2026-01-15T16:00:00.000Z',
    comment: 'load test',
    author: 'arn:aws:iam::111122223333:user/ana',
    createdAt: '2026-01-15T14:00:00.000Z',
    updatedAt: '2026-01-15T14:00:00.000Z',
    ...given,
  };
}

export function aRoute(given: Partial<Route> = {}): Route {
  return { id: 'rte_1', name: 'all', destinationIds: ['dst_1'], condition: {}, ...dates, ...given };
}

export function anInterval(given: Partial<Interval> = {}): Interval {
  return {
    id: 'int_1',
    name: 'office-hours',
    times: 'mon-fri 08:00-18:00 Europe/Berlin',
    createdAt: '2026-01-15T14:00:00.000Z',
    updatedAt: '2026-01-15T14:00:00.000Z',
    ...given,
  };
}

export function aLookup(given: Partial<Lookup> = {}): Lookup {
  return {
    id: 'lkp_1',
    name: 'teams',
    label: 'team',
    entries: { web: { owner: 'cleo@example.com' } },
    createdAt: '2026-01-15T14:00:00.000Z',
    updatedAt: '2026-01-15T14:00:00.000Z',
    ...given,
  };
}
