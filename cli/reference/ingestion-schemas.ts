import { type GATEWAY_ERROR_CODES, RECORD_REJECTION_CODES } from '../../functions/core/errors.ts';
import { ALERT_STATUSES } from '../../functions/core/model/wire/alert.ts';
import { SEVERITIES } from '../../functions/core/model/wire/severity.ts';

export type Json = Record<string, unknown>;

type Code = (typeof GATEWAY_ERROR_CODES)[number];

export const TEXT = { type: 'string' };
export const object = (properties: Json, required = Object.keys(properties)): Json => ({
  type: 'object',
  required,
  properties,
});

/** The answer to what was accepted. */
export function acceptedSchema(): Json {
  return object({
    request_id: TEXT,
    accepted: { type: 'integer', minimum: 0 },
    duplicates: { type: 'integer', minimum: 0 },
    rejected: { type: 'array', items: rejectionSchema() },
    alert_ids: { type: 'array', items: TEXT },
  });
}

function rejectionSchema(): Json {
  return object({
    index: { type: 'integer', minimum: 0, description: 'from 0, in the order of the body' },
    code: { enum: [...RECORD_REJECTION_CODES] },
    detail: TEXT,
  });
}

/** The answer to what was not. */
export function problemSchema(codes: readonly Code[]): Json {
  return object(
    {
      type: { type: 'string', pattern: '^urn:tocsin:problem:' },
      title: TEXT,
      status: { type: 'integer' },
      detail: { type: 'string', description: 'for people; it may change' },
      code: { enum: [...codes] },
      request_id: TEXT,
      rejected: { type: 'array', items: rejectionSchema() },
    },
    ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  );
}

/** The format `generic`. A field that is not listed goes to `details`. */
export function alertSchema(): Json {
  const texts = { type: 'array', items: TEXT };
  return {
    ...object(
      {
        title: {
          type: 'string',
          minLength: 1,
          description: 'cut at 1,024 characters; `summary` or the first line of `message` stands in for it',
        },
        type: { type: 'string', examples: ['threat_alert'] },
        severity: { anyOf: [{ enum: [...SEVERITIES] }, { type: 'integer', minimum: 1, maximum: 5 }, TEXT] },
        status: { anyOf: [{ enum: [...ALERT_STATUSES] }, TEXT] },
        description: TEXT,
        event_time: { type: 'string', format: 'date-time' },
        dedup_key: { type: 'string', maxLength: 255 },
        source_alert_id: TEXT,
        confidence: { type: 'number', minimum: 0, maximum: 100 },
        rule: object({ id: TEXT, name: TEXT, url: TEXT }, []),
        mitre: texts,
        resources: {
          type: 'array',
          items: object({ type: TEXT, id: TEXT, name: TEXT, region: TEXT, url: TEXT }, []),
        },
        actors: { type: 'array', items: object({ type: TEXT, id: TEXT, name: TEXT }, []) },
        observables: { type: 'array', items: object({ type: TEXT, value: TEXT }) },
        actions_taken: {
          type: 'array',
          items: object({ name: TEXT, success: { type: 'boolean' } }, ['name']),
        },
        remediation: object({ summary: TEXT, steps: texts, url: TEXT }, []),
        links: { type: 'array', items: object({ rel: TEXT, url: TEXT }, ['url']) },
        environment: TEXT,
        labels: { type: 'object', additionalProperties: TEXT },
        details: { type: 'object' },
      },
      ['title'],
    ),
    description: 'an alert of the format `generic`; a field that is not listed goes to `details`',
  };
}

/** An event of PagerDuty. https://developer.pagerduty.com/docs/send-alert-event (read 2026-11-27) */
export function eventSchema(): Json {
  const payload = object(
    {
      summary: { type: 'string', minLength: 1 },
      source: TEXT,
      severity: { enum: ['critical', 'error', 'warning', 'info'] },
      timestamp: { type: 'string', format: 'date-time' },
      component: TEXT,
      group: TEXT,
      class: TEXT,
      custom_details: { type: 'object' },
    },
    ['summary'],
  );
  const properties = {
    routing_key: { type: 'string', description: 'the secret of the source' },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: { type: 'string', maxLength: 255 },
    payload: { ...payload, description: 'with `trigger`' },
    client: TEXT,
    client_url: TEXT,
  };
  return object(properties, ['routing_key', 'event_action', 'payload']);
}
