import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTool } from '../cli/tool.ts';
import { CANARY_DESTINATION_ID } from '../functions/core/model/config/canary.ts';
import { ENVIRONMENT } from '../functions/core/model/config/environment.ts';
import { CANARY_SOURCE_ID } from '../functions/core/model/wire/alert.ts';
import { LOCAL_KEYS } from '../test/cli/memory-gateway.ts';
import { emulatedGateway } from '../test/cli/emulated-gateway.ts';
import { startReceiver } from '../test/e2e/receiver.ts';
import { writeBundle, writeScript } from './bundles.ts';
import { functionEnvironment, TLS_LOADED } from './function-environment.ts';
import { type EmulatedGateway, eventsOfAnAlert } from './events-of-an-alert.ts';

/** What the first call of a fresh environment took. */
export type FirstCall = { name: string; cpuUs: number; awsCalls: number };

/** Some stacks have these, and most have not. */
const LEFT_OUT = [
  ENVIRONMENT.withoutSes,
  ENVIRONMENT.heartbeatSecret,
  ENVIRONMENT.privateWebhookQueueUrl,
  ENVIRONMENT.privateWebhookRetryQueueUrl,
  ENVIRONMENT.privateWebhookDeadLetterUrl,
  ENVIRONMENT.privateWebhookRetryDeadLetterUrl,
];

/** Those that the stack itself makes. */
const STACK_SECRETS = [
  'unsubscribe-key',
  `source/${CANARY_SOURCE_ID}`,
  `destination/${CANARY_DESTINATION_ID}`,
];

/**
 * An emulated gateway with a source, a mailing list and a webhook, whose functions are called one after the other, each in a fresh
 * process: what one left in a queue or a mailbox is the event of the next. AWS and the receiver are in the calling process, which is
 * not measured.
 *
 * AWS speaks plain HTTP here; so Node's HTTPS is loaded before the bundle, as each environment on AWS does.
 */
export async function openFirstCalls() {
  const receiver = await startReceiver();
  const gateway = await emulatedGateway();
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-first-'));
  const { emulators, manifest } = gateway;
  // The queues that the manifest of this stack does not name.
  emulators.sqs.deploy('bench', {});
  emulators.ses.mailbox.addIdentity(String(manifest.emailFrom));
  emulators.ses.mailbox.addConfigurationSet(String(manifest.configurationSet));
  for (const name of STACK_SECRETS) {
    emulators.secretsManager.call('CreateSecret', {
      Name: `${manifest.secretPrefix}/${name}`,
      SecretString: JSON.stringify({ current: 'a secret of the bench, as long as one should be' }),
    });
  }
  const tool = openTool(
    { env: {}, clock: { now: () => Date.now() } },
    { data: gateway.data },
    gateway.gateway,
  );
  const made = async (...argv: string[]): Promise<Record<string, unknown>> => {
    const answer = await tool.answer(argv);
    if ('failure' in answer) throw new Error(answer.failure.message);
    return answer.json as Record<string, unknown>;
  };
  const ca = join(folder, 'receiver.pem');
  writeFileSync(ca, receiver.ca, { mode: 0o600 });
  const source = await made(...'source create --name bench --format generic --auth bearer'.split(' '));
  await made(...'destination create email --name ops --to ops@example.com'.split(' '));
  await made('destination', 'create', 'webhook', '--name', 'hook', '--url', receiver.url, '--ca-file', ca);
  await made(...'route create --name all --source bench --to ops,hook'.split(' '));

  const events = await eventsOfAnAlert(gateway, {
    id: String(source['id']),
    secret: String(source['secret']),
  });
  const environment = environmentOf(gateway, events.door);
  const invoker = writeScript('first-call');
  const bundles = new Map<string, string>();

  async function call(name: string): Promise<FirstCall> {
    const bundle = bundles.get(name) ?? writeBundle(name);
    bundles.set(name, bundle);
    const file = join(folder, 'event.json');
    writeFileSync(file, JSON.stringify(await events.of(name)));
    const before = gateway.asked.length;
    const { code, stdout, stderr } = await run([...TLS_LOADED, invoker, bundle, file], environment);
    const isWell = code === 0 && !/"level":"error"/iu.test(stdout) && stderr.startsWith('{"cpuUs"');
    if (!isWell) throw new Error(`${name} ended with ${String(code)}: ${stdout}${stderr}`);
    const { cpuUs, answer } = JSON.parse(stderr) as { cpuUs: number; answer: unknown };
    const refused = refusalIn(answer);
    if (refused !== undefined) throw new Error(`${name} answered ${refused}: ${stdout}`);
    return { name, cpuUs, awsCalls: gateway.asked.length - before };
  }

  return {
    /** In the order in which an alert meets them. */
    names: events.names,
    call,
    async close(): Promise<void> {
      await events.close();
      await gateway.close();
      await receiver.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function environmentOf({ manifest, url }: EmulatedGateway, door: string): Record<string, string> {
  const { queues } = manifest;
  const environment: Record<string, string> = {
    ...functionEnvironment(url),
    AWS_ACCESS_KEY_ID: LOCAL_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_KEYS.secretAccessKey,
    [ENVIRONMENT.table]: manifest.table,
    [ENVIRONMENT.secretPrefix]: manifest.secretPrefix,
    [ENVIRONMENT.emailFrom]: String(manifest.emailFrom),
    [ENVIRONMENT.configurationSet]: String(manifest.configurationSet),
    [ENVIRONMENT.egressAllow]: '127.0.0.0/8,::1/128',
    [ENVIRONMENT.alertsQueueUrl]: queues.alerts.url,
    [ENVIRONMENT.emailQueueUrl]: queues.email.url,
    [ENVIRONMENT.webhookQueueUrl]: queues.webhook.url,
    [ENVIRONMENT.webhookRetryQueueUrl]: queues.webhookRetry.url,
    [ENVIRONMENT.canaryUrl]: 'https://127.0.0.1/v1/canary',
    [ENVIRONMENT.ingestUrl]: door,
  };
  for (const name of LEFT_OUT) delete environment[name];
  return environment;
}

/** What of an answer says that the work was not done. */
function refusalIn(answer: unknown): string | undefined {
  const { statusCode = 200, batchItemFailures = [] } = Object(answer) as {
    statusCode?: number;
    batchItemFailures?: unknown[];
  };
  return statusCode < 300 && batchItemFailures.length === 0 ? undefined : JSON.stringify(answer);
}

async function run(
  argv: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...written };
}
