import type { FieldMapping, SourceAuth } from '../model/config/source.ts';

/**
 * How a vendor signs its webhooks, and where the fields of its payload stand when a mapping is needed to read it.
 *
 * A format of its own would be more code for vendors whose payloads one mapping reads.
 */
type SourcePreset = {
  name: string;
  auth: SourceAuth;
  mapping?: FieldMapping;
};

const signed = { type: 'hmac', algorithm: 'sha256' } as const;

export const SOURCE_PRESETS: readonly SourcePreset[] = [
  {
    // `timestamp=<seconds>,signature=<hex>`: https://buildkite.com/docs/apis/webhooks/pipelines ("Verifying HMAC signatures")
    name: 'buildkite',
    auth: {
      ...signed,
      header: 'x-buildkite-signature',
      signedContent: 'timestamp.body',
      timestampHeader: 'x-buildkite-signature',
    },
    mapping: {
      fields: {
        title: 'pipeline.name | event',
        description: 'build.message',
        type: 'event',
        status: 'build.state',
        link: 'build.web_url',
        dedup_key: 'pipeline.slug | pipeline.name',
        actor: 'build.creator.name',
        event_time: 'build.finished_at | build.created_at',
      },
      severityScale: 'words',
      resolvedWhen: ['passed'],
    },
  },
  {
    // `v1=<hex>`, one for each live secret, separated by commas:
    // https://developer.pagerduty.com/docs/verifying-webhook-signatures; payload: https://developer.pagerduty.com/docs/webhooks-overview
    name: 'pagerduty',
    auth: { ...signed, header: 'x-pagerduty-signature', signedContent: 'body' },
    mapping: {
      fields: {
        title: 'event.data.title | event.data.incident.summary | event.data.summary | event.event_type',
        type: 'event.event_type',
        severity: 'event.data.urgency',
        status: 'event.data.status',
        event_time: 'event.occurred_at',
        source_alert_id: 'event.data.id',
        dedup_key: 'event.data.incident.id | event.data.id',
        resource: 'event.data.service.summary',
        actor: 'event.agent.summary',
        link: 'event.data.html_url | event.data.incident.html_url',
      },
      severityScale: 'words',
      resolvedWhen: ['resolved'],
    },
  },
  {
    // `v0=<hex>` over `v0:timestamp:body`: https://docs.slack.dev/authentication/verifying-requests-from-slack
    name: 'slack',
    auth: {
      ...signed,
      header: 'x-slack-signature',
      signedContent: 'v0:timestamp:body',
      timestampHeader: 'x-slack-request-timestamp',
    },
    mapping: {
      fields: {
        title: 'event.text | event.type | text | type',
        type: 'event.type | type',
        source_alert_id: 'event_id',
        event_time: 'event_time',
        actor: 'event.user | user_name',
      },
      severityScale: 'words',
      resolvedWhen: [],
    },
  },
  {
    // https://www.standardwebhooks.com; the secret is `whsec_<base64>` and the key its decoded bytes.
    name: 'standard-webhooks',
    auth: {
      ...signed,
      header: 'webhook-signature',
      signedContent: 'id.timestamp.body',
      timestampHeader: 'webhook-timestamp',
      idHeader: 'webhook-id',
    },
  },
  {
    // `t=<seconds>,v1=<hex>,v0=<hex>`: https://docs.stripe.com/webhooks/signature
    name: 'stripe',
    auth: {
      ...signed,
      header: 'stripe-signature',
      signedContent: 'timestamp.body',
      timestampHeader: 'stripe-signature',
    },
    mapping: {
      fields: { title: 'type', type: 'type', source_alert_id: 'id', dedup_key: 'id', event_time: 'created' },
      severityScale: 'words',
      resolvedWhen: [],
    },
  },
  {
    // `t=<seconds>,v1=<hex>`; the payload is a list of events with a `message`, which the generic format reads:
    // https://tailscale.com/kb/1213/webhooks
    name: 'tailscale',
    auth: {
      ...signed,
      header: 'tailscale-webhook-signature',
      signedContent: 'timestamp.body',
      timestampHeader: 'tailscale-webhook-signature',
    },
  },
  {
    // Base64 over the instant and the body with nothing between:
    // https://developer.zendesk.com/documentation/webhooks/verifying/
    name: 'zendesk',
    auth: {
      ...signed,
      header: 'x-zendesk-webhook-signature',
      signedContent: 'timestampbody',
      timestampHeader: 'x-zendesk-webhook-signature-timestamp',
    },
  },
];
