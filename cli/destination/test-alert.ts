import { createHash } from 'node:crypto';
import { SYSTEM_SOURCE_ID, TEST_TYPE } from '../../functions/core/model/wire/alert.ts';
import { severityId } from '../../functions/core/model/wire/severity.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';

/** The alert of `destination test`: it shows every part of a mail or payload, and says that it means nothing. */
export function testAlert(id: string, destination: Destination, now: string): Alert {
  const title = 'Tocsin test alert';
  return {
    schema_version: '1',
    id,
    type: TEST_TYPE,
    status: 'firing',
    severity: 'info',
    severity_id: severityId('info'),
    title,
    description: `Sent by an operator to try destination "${destination.name}". Nothing has happened and nothing needs to be done.`,
    event_time: now,
    received_at: now,
    source: { id: SYSTEM_SOURCE_ID, name: 'tocsin', format: 'generic' },
    tenant_id: 'default',
    dedup_key: `tocsin.test:${id}`,
    remediation: { summary: 'Nothing to do.', steps: ['Check that you can read this', 'Ignore it'] },
    labels: { test: 'true' },
    details: { destination: destination.name, channel: destination.channel },
    raw: { sha256: createHash('sha256').update(title).digest('hex'), size: title.length, index: 0 },
  };
}
