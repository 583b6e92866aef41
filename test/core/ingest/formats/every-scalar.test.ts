import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../../functions/core/ingest/formats/index.ts';
import { instant, isFields } from '../../../../functions/core/ingest/read-fields.ts';
import { isSecretName } from '../../../../functions/core/ingest/secret-names.ts';
import { cleaned } from '../../../../functions/core/ingest/without-secrets.ts';
import { DOCUMENTED } from './documented-payloads.ts';
import { fieldCase } from './field-cases.ts';
import { alertsOf, fixture, formatOf, type Around } from './read-payload.ts';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';

type Sample = { what: string; document: unknown; around?: Around };

const FIXTURES = new URL('../../../fixtures/formats/', import.meta.url);
const mapping = {
  fields: { title: 'title | rule.name | "untitled"' },
  severityScale: 'words' as const,
  resolvedWhen: [],
};

function fixturesOf(format: string): Sample[] {
  const folder = readdirSync(FIXTURES).includes(format) ? readdirSync(new URL(`${format}/`, FIXTURES)) : [];
  return folder.map((file) => ({ what: file, document: fixture(`${format}/${file}`) }));
}

/** GitHub's own examples of the events that are alerts (`@octokit/webhooks-examples`, MIT). */
function githubExamples(): Sample[] {
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
  const events = JSON.parse(readFileSync(path, 'utf8')) as { name: string; examples: unknown[] }[];
  return events
    .filter(({ name }) => /alert|advisory|scan/u.test(name))
    .flatMap(({ name, examples }) =>
      examples.map((document) => ({ what: name, document, around: { headers: { 'x-github-event': name } } })),
    );
}

const FIELD: Record<string, [file: string, event?: string][]> = {
  alertmanager: [['01-alertmanager-severity-words'], ['55-alertmanager-mixed-group']],
  grafana: [
    ['21-grafana-nodata'],
    ['22-grafana-legacy'],
    ['22b-grafana-legacy-ok'],
    ['23-grafana-no-alertname-v11'],
  ],
  github: [
    ['02-github-security-advisory-critical', 'security_advisory'],
    ['03-github-repository-vulnerability-alert', 'repository_vulnerability_alert'],
    ['04-github-secret-scanning-location', 'secret_scanning_alert_location'],
    ['47-github-dependabot-dismissed-tolerable-risk', 'dependabot_alert'],
  ],
  ...Object.fromEntries(
    ['guardduty', 'security-hub', 'cloudwatch-alarm'].map((format) => [
      format,
      [
        ['07a-inspector2-active'],
        ['09-config-noncompliant'],
        ['10-access-analyzer'],
        ['11-cloudtrail-root-login'],
        ['12-ssm-run-command-failed-sns-raw'],
        ['48-cloudwatch-metric-math-anomaly'],
        ['48b-cloudwatch-composite'],
        ['49-aws-budgets-text'],
      ],
    ]),
  ),
  wazuh: [['37-wazuh-vulnerability-1'], ['37c-wazuh-vulnerability-solved']],
  falco: [['38-falco-k8s-null'], ['38b-falco-test-event']],
  okta: [['39-okta-risky']],
  sentry: [['41-sentry-plugin']],
  'pagerduty-events': [['43-pagerduty-v2-bare'], ['43b-pagerduty-v2-ack']],
  generic: [['28-datadog'], ['29-generic-status-upper'], ['35-generic-aws-waf-log']],
  mapping: [['25-gcp-scc'], ['27-kibana-action'], ['33-splunk-alert']],
};

function samplesOf(format: string): Sample[] {
  const fromField = (FIELD[format] ?? []).map(([file, event]) => ({
    what: file,
    document: fieldCase(file),
    around: { headers: event === undefined ? {} : { 'x-github-event': event } },
  }));
  const documented = DOCUMENTED.filter((payload) => payload.format === format).map(
    ({ what, document, headers = {} }) => ({ what, document, around: { headers } }),
  );
  return [
    ...fixturesOf(format),
    ...fromField,
    ...documented,
    ...(format === 'github' ? githubExamples() : []),
  ];
}

type Leaf = { path: string[]; value: string | number | boolean };

/** Texts that hold an object count as the object: SNS writes so. */
function leavesOf(value: unknown, path: string[] = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((entry) => leavesOf(entry, path));
  if (isFields(value)) {
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  }
  if (typeof value === 'string' && value.startsWith('{"')) {
    try {
      return leavesOf(JSON.parse(value), path);
    } catch {
      return [{ path, value }];
    }
  }
  return (typeof value === 'string' && value.trim() !== '') ||
    typeof value === 'number' ||
    typeof value === 'boolean'
    ? [{ path, value }]
    : [];
}

function isOmitted(path: string[], omits: readonly string[]): boolean {
  return omits.some((omission) => {
    const keys = omission.split('.');
    return path.some((_, start) => keys.every((key, index) => path[start + index] === key));
  });
}

/** What of a document is neither in its alerts nor left out on purpose. */
function lost(format: string, document: unknown, alerts: Alert[]): string[] {
  const scalars = leavesOf(alerts).map(({ value }) => String(value));
  const found = new Set(scalars);
  const prose = scalars.join('\n');
  const omits = formatOf(format).omits ?? [];
  return leavesOf(cleaned(document)).flatMap(({ path, value }) => {
    const written = String(value);
    const isTold =
      found.has(written) ||
      (typeof value === 'string' && (prose.includes(written.trim()) || found.has(instant(value) ?? written)));
    return isTold || isOmitted(path, omits) ? [] : [`${path.join('.')} = ${written}`];
  });
}

const around = (sample: Sample): Around => ({ ...sample.around, source: { mapping } });

describe.each(FORMATS.map(({ name }) => name))('format %s loses nothing that was sent', (format) => {
  const samples = samplesOf(format);

  it('of what its senders send', () => {
    expect(samples).not.toEqual([]);
    for (const sample of samples) {
      const alerts = alertsOf(format, sample.document, around(sample));
      if (alerts.length === 0) continue;
      expect(lost(format, sample.document, alerts), sample.what).toEqual([]);
    }
  });

  it('of fields that it has never seen, at any place', () => {
    const added = fc.record({
      which: fc.nat(),
      at: fc.nat(),
      name: fc.constantFrom('x_new', 'novel', 'extra-thing', 'zz9', 'contact'),
      value: fc.oneof(fc.stringMatching(/^c4n4ry [a-z]{8}$/u), fc.integer({ min: 100_000, max: 999_999 })),
    });
    fc.assert(
      fc.property(added, ({ which, at, name, value }) => {
        const sample = samples[which % samples.length];
        if (sample === undefined) return;
        const document = structuredClone(sample.document);
        const objects = objectsOf(document).filter(
          ({ path }) => !isOmitted(path, formatOf(format).omits ?? []) && !path.some(isSecretName),
        );
        const place = objects[at % Math.max(1, objects.length)];
        if (place === undefined) return;
        place.fields[name] = value;
        const alerts = alertsOf(format, document, around(sample));
        if (alerts.length === 0) return;
        expect(leavesOf(alerts).map((leaf) => String(leaf.value))).toContain(String(value));
      }),
      { numRuns: 150 },
    );
  });
});

function objectsOf(
  value: unknown,
  path: string[] = [],
): { fields: Record<string, unknown>; path: string[] }[] {
  if (Array.isArray(value)) return value.flatMap((entry) => objectsOf(entry, path));
  if (!isFields(value)) return [];
  return [
    { fields: value, path },
    ...Object.entries(value).flatMap(([key, inner]) => objectsOf(inner, [...path, key])),
  ];
}
