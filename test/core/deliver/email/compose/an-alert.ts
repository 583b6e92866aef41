import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import {
  composeMail,
  type MailRequest,
} from '../../../../../functions/core/deliver/email/compose/compose-mail.ts';

/** An alert with something in every field; a test names what matters to it. */
export function anAlert(fields: Partial<Alert> = {}): Alert {
  return {
    schema_version: '1',
    id: 'b7cdc941-3594-5050-b57f-e14d8c329388',
    type: 'threat_alert',
    status: 'firing',
    severity: 'high',
    severity_id: 4,
    severity_original: 'P2',
    title: 'Threat Intel Match: 203.0.113.50',
    description: 'A host spoke to a listed address.',
    event_time: '2026-11-21T02:38:51.000Z',
    received_at: '2026-11-21T02:40:09.412Z',
    source: { id: 'src_9f2c7e51', name: 'edr-prod', format: 'generic' },
    tenant_id: 'acme',
    source_alert_id: 'A-77',
    dedup_key: 'edr:77',
    confidence: 95,
    rule: { id: 'R-1042', name: 'c2 communication', url: 'https://rules.example/R-1042' },
    mitre: ['T1071'],
    resources: [{ type: 'host', id: 'i-0a12', name: 'pay-worker-7', region: 'eu-central-1' }],
    actors: [{ type: 'process', id: '4711', name: 'upd' }],
    observables: [{ type: 'ipv4', value: '203.0.113.50' }],
    actions_taken: [{ name: 'block_ip', success: true }],
    remediation: {
      summary: 'Isolate the host.',
      steps: ['Unplug it', 'Image it'],
      url: 'https://runbook.example/c2',
    },
    links: [{ rel: 'console', url: 'https://edr.example/alerts/77' }],
    environment: 'production',
    labels: { team: 'payments' },
    details: { source_ip: '10.20.4.17', geo: { country: 'NZ' } },
    raw: { sha256: '9f86d081884c7d65', size: 1843, content_type: 'application/json', index: 0 },
    ...fields,
  };
}

/** The same without what the named fields hold. */
export function anAlertWithout(...names: (keyof Alert)[]): Alert {
  const entries = Object.entries(anAlert()).filter(([name]) => !(names as string[]).includes(name));
  return Object.fromEntries(entries) as Alert;
}

export function aMail(request: Partial<MailRequest> = {}) {
  return composeMail({
    alert: anAlert(),
    role: 'it_admin',
    to: 'ana@receiver.example',
    destinationName: 'security-team',
    deliveryId: '6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11',
    messageIdDomain: 'sender.example',
    ...request,
  });
}
