import { readFileSync } from 'node:fs';
import type { SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { recordFeedbackHandler } from '../../functions/handlers/record-feedback-handler.ts';
import {
  aMailDestination,
  memoryAlerts,
  memorySuppressions,
} from '../core/recipients/memory-suppressions.ts';

const bounce = readFileSync(new URL('../fixtures/ses-events/bounce-permanent.json', import.meta.url), 'utf8');

it('records a batch, keeps what cannot be read for the dead letters, and logs no address', async () => {
  const logged: string[] = [];
  const note = (event: string, fields: Record<string, unknown>): void => {
    const { error } = fields;
    logged.push(JSON.stringify({ event, ...fields, error: error instanceof Error ? error.message : error }));
  };
  const handle = recordFeedbackHandler({
    destinations: { find: async () => aMailDestination() },
    suppressions: memorySuppressions(),
    alerts: memoryAlerts(),
    clock: { now: () => Date.now() },
    tenantId: 'Tocsin',
    mailEvents: {
      append: async () => ({ result: 'recorded', destinationId: 'dst_oncall', recipient: 'ana@example.com' }),
    },
    log: { info: note, error: note },
  });
  const Records = [bounce, 'ana@example.com is no JSON', '{"to":"ana@example.com"}'].map((body, index) => ({
    messageId: `m${index}`,
    body,
  }));
  expect(await handle({ Records } as unknown as SQSEvent)).toEqual({ failedMessageIds: ['m1', 'm2'] });
  expect(logged.filter((line) => line.includes('recipient.suppressed'))).toHaveLength(1);
  expect(logged.filter((line) => line.includes('mail.event-failed'))).toHaveLength(2);
  expect(logged.join('\n')).not.toContain('ana@');
});
