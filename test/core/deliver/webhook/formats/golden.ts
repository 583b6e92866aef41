import { readFileSync } from 'node:fs';
import { severityId } from '../../../../../functions/core/model/wire/severity.ts';
import type { RenderContext } from '../../../../../functions/core/deliver/webhook/formats/format.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import type { WebhookDestination } from '../../../../../functions/core/model/config/destination.ts';

/** The alert of every golden example: each field is there, and nothing depends on a clock or on chance. */
export const GOLDEN_ALERT: Alert = {
  schema_version: '1',
  id: '6f1c7bd0-5f0e-5c3a-9c55-0d8a2f6b7e11',
  type: 'threat_alert',
  status: 'firing',
  severity: 'high',
  severity_id: 4,
  severity_original: 'high',
  title: 'Threat Intel Match: 203.0.113.50',
  description: 'Outbound connection from web-1 to a known command-and-control server.',
  event_time: '2025-01-15T14:23:01.000Z',
  received_at: '2025-01-15T14:23:02.250Z',
  source: { id: 'src_3kTqv8ZbW1nXy5RrDcLm7A', name: 'edge-sensor', format: 'generic' },
  tenant_id: 'default',
  source_alert_id: 'evt-1001',
  dedup_key: 'edge-sensor:c2:203.0.113.50',
  confidence: 95,
  rule: { id: 'sigma/network/c2-communication.yml', name: 'C2 communication' },
  mitre: ['T1071'],
  resources: [{ type: 'host', id: 'i-0abc12def34567890', name: 'web-1', region: 'eu-central-1' }],
  actors: [{ type: 'user', id: 'u-17', name: 'www-data' }],
  observables: [{ type: 'ip', value: '203.0.113.50' }],
  actions_taken: [{ name: 'block_ip', success: true }],
  remediation: {
    summary: 'Treat the host as compromised.',
    steps: ['Isolate web-1', 'Rotate the credentials that it holds'],
    url: 'https://runbooks.example.com/c2',
  },
  links: [{ rel: 'console', url: 'https://console.example.com/alerts/evt-1001' }],
  environment: 'prod',
  labels: { team: 'platform' },
  details: { source_ip: '203.0.113.50', port: 443, process: { name: 'curl', pid: 4711 } },
  raw: {
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    size: 812,
    content_type: 'application/json',
    index: 0,
  },
};

export const GOLDEN_TEMPLATE = `{
  "summary": "{{severity}}: {{title}}",
  "address": "{{details.source_ip}}",
  "host": "{{resources.0.name}}",
  "techniques": "{{mitre}}",
  "severity": {{json severity_id}},
  "labels": {{json labels}}
}
`;

const DESTINATION: WebhookDestination = {
  id: 'dst_9pQw2LxTn4VbKc6HsJd8Mf',
  name: 'receiver',
  channel: 'webhook',
  url: 'https://receiver.example.com/hook',
  auth: { type: 'hmac' },
  profile: 'tocsin',
  format: 'tocsin',
  template: GOLDEN_TEMPLATE,
  retry: { delaysSeconds: [] },
  customHeaderNames: [],
  isEnabled: true,
  version: 1,
  createdAt: '2025-01-01T00:00:00.000Z',
  updatedAt: '2025-01-01T00:00:00.000Z',
};

export const GOLDEN_CONTEXT: RenderContext = {
  deliveryId: '0c9f4f7e-1b1d-5c6a-8a57-3d1f0a2b4c6d',
  createdAt: '2025-01-15T14:23:02.500Z',
  destination: DESTINATION,
};

/** The bytes that the golden alert was rendered to when someone last looked at them. */
export function goldenBody(format: string): string {
  return readFileSync(
    new URL(`../../../../fixtures/webhook-formats/${format}.json`, import.meta.url),
    'utf8',
  );
}

/** An alert that shows only what matters; the rest is required and plain. */
export function anAlert(fields: Partial<Alert> = {}): Alert {
  const severity = fields.severity ?? 'medium';
  return {
    schema_version: '1',
    id: GOLDEN_ALERT.id,
    type: 'alert',
    status: 'firing',
    severity,
    severity_id: severityId(severity),
    title: 'Something happened',
    event_time: GOLDEN_ALERT.event_time,
    received_at: GOLDEN_ALERT.received_at,
    source: GOLDEN_ALERT.source,
    tenant_id: 'default',
    dedup_key: 'key-1',
    labels: {},
    details: {},
    raw: GOLDEN_ALERT.raw,
    ...fields,
  };
}
