import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryGateway, type MemoryGateway } from '../memory-gateway.ts';
import { run } from '../run.ts';

let folder: string;
let gateway: MemoryGateway;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-apply-'));
});
afterAll(async () => rm(folder, { recursive: true }));
beforeEach(() => {
  gateway = memoryGateway();
});

async function file(text: string, name = 'tocsin.yml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Runs commands that must succeed. */
async function given(...commands: string[][]): Promise<void> {
  for (const argv of commands) {
    const { code, stderr } = await run(argv, { gateway });
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }
}

const apply = async (text: string, ...options: string[]) => {
  const path = await file(text);
  const ran = await run(['apply', path, ...options], { gateway, env: { TOKEN: 'a-token-of-sixteen' } });
  return { ...ran, stderr: ran.stderr.replaceAll(path, 'tocsin.yml') };
};
const exported = async () => {
  const { stdout, code, stderr } = await run(['export'], { gateway });
  expect(`${code} ${stderr}`).toBe('0 ');
  return stdout;
};

describe('apply', () => {
  it('makes what a file says, and then finds no change', async () => {
    const text = `
apiVersion: tocsin/v1
sources:
  ci: {format: github}
  siem:
    auth: bearer
    no_data_alarm: off
destinations:
  oncall: {channel: email, to: [ana@example.com], role: developer, min_severity: high, digests: off}
  hook:
    channel: webhook
    url: https://hooks.example.com/in
    custom_header: {X-Key: {env: TOKEN}}
routes:
  urgent: {to: [oncall, hook], match: ['env!=dev'], source: [ci]}
  default: {to: [hook]}
remediation:
  okta.*: {step: [Lock the account], url: https://wiki.example.com/okta}
`;
    const planned = await apply(text, '--dry-run', '--detailed-exitcode');
    console.log(planned.stdout, planned.stderr);
    expect(planned.code).toBe(2);
    const done = await apply(text);
    console.log(done.stdout, done.stderr);
    expect(done.code).toBe(0);
    expect((await apply(text, '--dry-run', '--detailed-exitcode')).stdout).toBe('No changes.\n');
    console.log(await exported());
    expect((await apply(await exported(), '--dry-run')).stdout).toBe('No changes.\n');
  });

  it('tells every problem at once', async () => {
    const { stderr, code } = await apply(`
apiVersion: tocsin/v1
sources:
  ci: {format: githib, nonsense: 1}
  bad name,: {}
  open: {auth: none}
  lit: {auth: bearer, secret: topsecret}
destinations:
  oncall: {channel: email, to: [ana], role: boss}
  chat: {channel: webhook, format: slack, url: https://hooks.slack.com/services/T/B/x}
  pd: {channel: webhook, format: pagerduty, url: https://events.pagerduty.com/v2/enqueue, secret: {env: NOPE}}
  mail:
    channel: email
    to: ops@example.com
    transport: smtp
    smtp_host: smtp.example.com
    smtp_port: 25
routes:
  r:
    to:
      - oncall
      - nobody
    match: 'env=~"["'
  default: {to: sometimes}
rooutes: {}
`);
    console.log(stderr);
    expect(code).toBe(1);
  });
});
void given;
