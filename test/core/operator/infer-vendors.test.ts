import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VALUE_READERS } from '../../../cli/source/value-readers.ts';
import { inferMapping } from '../../../functions/core/operator/infer-mapping.ts';
import { alertsOf } from '../ingest/formats/read-payload.ts';
import type { FieldMapping } from '../../../functions/core/model/config/source.ts';

const FOLDER = new URL('../../fixtures/vendors/', import.meta.url);
const recordOf = (vendor: string): unknown =>
  JSON.parse(readFileSync(new URL(`${vendor}.json`, FOLDER), 'utf8'));

/** What a person who knows the vendor would map, and what the alert then says. */
const RIGHT: Record<string, { fields: FieldMapping['fields']; alert: object }> = {
  azure: {
    fields: {
      title: 'data.essentials.alertRule',
      description: 'data.essentials.description',
      severity: 'data.essentials.severity',
      status: 'data.essentials.monitorCondition',
      dedup_key: 'data.essentials.alertId',
      link: 'data.essentials.investigationLink',
      event_time: 'data.essentials.firedDateTime',
    },
    alert: { severity: 'critical', status: 'firing', title: 'WCUS-R2-Gen2' },
  },
  datadog: {
    fields: {
      title: 'title',
      description: 'body',
      severity: 'alert_type',
      status: 'alert_transition',
      dedup_key: 'aggreg_key',
      link: 'link',
    },
    alert: { severity: 'high', status: 'firing', dedup_key: 'abc123' },
  },
  kibana: {
    fields: {
      title: 'rule.name',
      severity: 'rule.severity',
      dedup_key: 'rule.id',
      link: 'context.results_link',
    },
    alert: { severity: 'high', title: 'Suspicious PowerShell', dedup_key: 'r1' },
  },
  splunk: {
    fields: { title: 'search_name', link: 'results_link', ip: 'result.src_ip' },
    alert: { title: 'Brute force (>10 failures)' },
  },
  cloudflare: {
    fields: {
      title: 'text',
      severity: 'data.severity',
      status: 'alert_event',
      type: 'alert_type',
      dedup_key: 'alert_correlation_id',
      event_time: 'ts',
    },
    alert: { severity: 'medium', status: 'firing' },
  },
  auth0: {
    fields: {
      title: 'data.description',
      type: 'data.type',
      event_time: 'data.date',
      actor: 'data.user_name',
      ip: 'data.ip',
      source_alert_id: 'log_id',
    },
    alert: { title: 'Blocked account after too many failed logins' },
  },
  'gcp-monitoring': {
    fields: {
      title: 'incident.summary',
      severity: 'incident.severity',
      status: 'incident.state',
      dedup_key: 'incident.incident_id',
      link: 'incident.url',
      event_time: 'incident.started_at',
    },
    alert: { severity: 'high', status: 'firing' },
  },
  'gcp-scc': {
    fields: {
      title: 'finding.category',
      severity: 'finding.severity',
      status: 'finding.state',
      dedup_key: 'finding.name',
      link: 'finding.externalUri',
      event_time: 'finding.eventTime',
      resource: 'finding.resourceName',
    },
    alert: { severity: 'high', status: 'firing', title: 'C2: Bad IP' },
  },
  'uptime-kuma': {
    fields: {
      title: 'msg',
      status: 'heartbeat.status',
      dedup_key: 'heartbeat.monitorID',
      resource: 'monitor.name',
      link: 'monitor.url',
    },
    alert: { title: '[Shop] [Down] timeout of 48000ms exceeded', status: 'firing', dedup_key: '1' },
  },
  'new-relic': {
    fields: {
      title: 'title',
      severity: 'priority',
      status: 'state',
      source_alert_id: 'id',
      link: 'issueUrl',
      event_time: 'createdAt',
    },
    alert: { severity: 'critical', status: 'firing' },
  },
};

describe('the mapping that is proposed for a vendor', () => {
  it('is tried for every fixture', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
    expect(files.map((file) => file.replace('.json', '')).toSorted()).toEqual(Object.keys(RIGHT).toSorted());
  });

  it.each(Object.entries(RIGHT))('%s', (vendor, { fields, alert }) => {
    const record = recordOf(vendor);
    const proposed = inferMapping([record], VALUE_READERS);
    expect(proposed.fields).toMatchObject(fields);
    expect(proposed.unknownSeverities).toEqual([]);
    const mapping: FieldMapping = {
      fields: proposed.fields,
      severityScale: 'words',
      resolvedWhen: proposed.resolvedWhen,
    };
    const [told] = alertsOf('mapping', record, { source: { mapping } });
    expect(told).toMatchObject(alert);
  });

  it('knows which number of Uptime Kuma is up', () => {
    expect(inferMapping([recordOf('uptime-kuma')], VALUE_READERS).resolvedWhen).toEqual(['1']);
  });
});
