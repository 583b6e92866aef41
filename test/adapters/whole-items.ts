import type { ConfigKind } from '../../functions/core/model/config/unreadable-config.ts';
import { aLookup, aMailingList, anInterval, aRoute, aSilence, aSource, aWebhook } from './records.ts';

const SOURCE = {
  envelope: 'detail.findings',
  unwrap: 'base64json:message.data',
  severityMap: { p1: 'critical' as const },
  linkHosts: ['grafana.example.com'],
  dedupBy: ['labels.account'],
  tellsHandled: true,
  rateLimit: { perMinute: 10 },
  schemas: { documents: ['{"type":"object"}'], isStrict: true },
  noDataAlarm: {
    afterSeconds: 900,
    calendar: { days: ['mon' as const], from: '08:00', to: '18:00', timeZone: 'UTC' },
  },
  secretVersion: 1,
};
const SHARED = { minSeverity: 'high' as const, resolved: 'never' as const, systemAlerts: false };

/** An item of each kind as the commands write it, with every field that it may have. */
export const WHOLE_ITEMS: [what: string, ConfigKind, { id: string }][] = [
  [
    'source with a signature',
    'source',
    aSource({
      ...SOURCE,
      auth: {
        type: 'hmac',
        header: 'x-signature',
        algorithm: 'sha256',
        signedContent: 'id.timestamp.body',
        timestampHeader: 'x-time',
        idHeader: 'x-id',
      },
      format: 'mapping',
      mapping: { fields: { title: 'a.b' }, severityScale: 'words', resolvedWhen: ['ok'] },
    }),
  ],
  [
    'source of topics',
    'source',
    aSource({
      auth: {
        type: 'sns',
        topics: ['arn:aws:sns:eu-central-1:111122223333:one', 'arn:aws:sns:eu-central-1:111122223333:two'],
      },
    }),
  ],
  ['source for anyone', 'source', aSource({ auth: { type: 'none' } })],
  [
    'webhook',
    'destination',
    aWebhook({
      ...SHARED,
      repeat: { afterSeconds: 3_600 },
      isDigesting: false,
      customHeaderNames: ['X-Key', 'X-Other'],
      isPrivate: true,
      hasSecretUrl: true,
      auth: { type: 'mtls', notAfter: '2027-01-01T00:00:00.000Z' },
      format: 'template',
      template: '{"text": "{{title}}"}',
      pausedBecause: 'receiver-gone',
      isEnabled: false,
    }),
  ],
  [
    'mailing list',
    'destination',
    aMailingList({
      ...SHARED,
      repeat: 'change',
      recipients: [
        { address: 'ana@example.com', role: 'it_admin', isLocked: true },
        { address: 'ben@example.com', role: 'executive', isLocked: true },
      ],
      transport: {
        type: 'smtp',
        host: 'smtp.example.com',
        port: 587,
        security: 'starttls',
        user: 'u',
        from: 'a@example.com',
      },
      timeZone: 'Europe/Berlin',
    }),
  ],
  [
    'route',
    'route',
    aRoute({
      destinationIds: ['dst_1'],
      condition: {
        sourceIds: ['src_1', 'src_2'],
        types: ['github.*'],
        minSeverity: 'low',
        labels: { env: 'prod', team: 'a' },
        matchers: ['region=eu', 'team=~"a|b"'],
      },
      activeIntervalIds: ['int_1'],
      mutedIntervalIds: ['int_2'],
      outside: 'drop',
      holdsCritical: true,
      isEnabled: false,
    }),
  ],
  [
    'silence',
    'silence',
    aSilence({
      matcherSets: [
        [
          { name: 'env', operator: '=', value: 'dev' },
          { name: 'team', operator: '=', value: 'web' },
        ],
        [{ name: 'host', operator: '=~', value: 'web.*' }],
      ],
    }),
  ],
  ['interval', 'interval', anInterval()],
  ['lookup', 'lookup', aLookup({ entries: { web: { owner: 'cleo', team: 'web' }, db: { owner: 'dan' } } })],
];
