/** A payload that a format understands, and the headers it needs beside the credential. */
type SourceSample = { headers?: Record<string, string>; body: object };

const TEST = 'Hello from curl';
/** Stands for a text that differs at every run: a repeated sample would be no new alert. */
const RUN = '@RUN@';

/** The body that the printed curl posts, by format; every other format reads the last. */
const SAMPLES: Record<string, SourceSample> = {
  alertmanager: {
    body: {
      version: '4',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Test', severity: 'info', run: RUN },
          annotations: { summary: TEST },
        },
      ],
    },
  },
  cloudevents: {
    body: {
      specversion: '1.0',
      id: 'test-1',
      source: '/curl',
      type: 'test',
      data: { severity: 'low', title: TEST },
    },
  },
  'cloudwatch-alarm': { body: { AlarmName: TEST, NewStateValue: 'ALARM', NewStateReason: 'A test' } },
  falco: { body: { rule: TEST, priority: 'Notice', output: TEST, output_fields: {} } },
  github: {
    headers: { 'X-GitHub-Event': 'secret_scanning_alert' },
    body: {
      action: 'created',
      alert: { number: 1, secret_type: 'example', secret_type_display_name: 'Example token' },
      repository: { full_name: 'example/repository' },
    },
  },
  guardduty: { body: { id: 'test-1', type: 'Test:Curl/Hello', severity: 2, title: TEST } },
  linuxguard: {
    headers: { 'LinuxGuard-Event': 'signal_created' },
    body: {
      event_type: 'signal_created',
      version: 'v1',
      data: { signal_id: 'test-1', severity: 1, description: TEST },
    },
  },
  ocsf: { body: { class_uid: 2004, severity_id: 2, finding_info: { uid: 'test-1', title: TEST } } },
  okta: {
    body: {
      data: { events: [{ uuid: 'test-1', eventType: 'test', displayMessage: TEST, severity: 'INFO' }] },
    },
  },
  'pagerduty-events': {
    body: { event_action: 'trigger', payload: { summary: TEST, source: 'curl', severity: 'info' } },
  },
  panguard: {
    body: { event_type: 'test', severity: 'low', title: TEST, details: { source_ip: '192.0.2.1' } },
  },
  'plain-text': { body: { message: TEST } },
  'security-hub': {
    body: { Id: 'test-1', GeneratorId: 'curl', Title: TEST, Severity: { Label: 'LOW' } },
  },
  sentry: {
    headers: { 'Sentry-Hook-Resource': 'issue' },
    body: { action: 'created', data: { issue: { id: '1', title: TEST, level: 'info' } } },
  },
  snyk: {
    headers: { 'X-Snyk-Event': 'project_snapshot/v0' },
    body: {
      project: { id: 'test', name: 'curl' },
      newIssues: [{ id: 'TEST-1', issueType: 'vuln', issueData: { title: TEST, severity: 'low' } }],
      removedIssues: [],
    },
  },
  wazuh: {
    body: { id: '1', rule: { id: '1', level: 3, description: TEST }, agent: { id: '000', name: 'curl' } },
  },
};
const GENERIC_SAMPLE: SourceSample = {
  body: { type: 'test', severity: 'low', title: TEST, details: { source_ip: '192.0.2.1' } },
};

/** @param run what tells this run from every other, as text inside of JSON */
export function sampleOf(
  format: string,
  run: string,
  credential: Record<string, string>,
): { headers: Record<string, string>; json: string } {
  const named = format === 'grafana' ? 'alertmanager' : format;
  const { headers = {}, body } =
    (Object.hasOwn(SAMPLES, named) ? SAMPLES[named] : undefined) ?? GENERIC_SAMPLE;
  const json = JSON.stringify({ ...body, ...credential });
  const marked = json.includes(RUN) ? json : JSON.stringify({ ...body, ...credential, run: RUN });
  return { headers, json: marked.replaceAll(RUN, run) };
}
