import type * as SecretsManager from '@aws-sdk/client-secrets-manager';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import { canaryRequest } from '../../functions/core/canary/canary-request.ts';
import { CANARY_DESTINATION_ID } from '../../functions/core/model/config/canary.ts';
import { CANARY_SOURCE_ID } from '../../functions/core/model/wire/alert.ts';
import type { Canary } from '../../functions/core/model/wire/canary.ts';
import { standardWebhooksSignature } from '../../functions/core/signing/standard-webhooks.ts';
import { PRIVATE_RANGES, privateAddress } from '../e2e/machine-address.ts';
import { startReceiver } from '../e2e/receiver.ts';
import { isSameWithOldestCdk } from './oldest-cdk.ts';
import { installEmulator, startEmulatedAccount, type EmulatedAccount } from './emulated-account.ts';

// Deploys to an emulated account as an operator does to AWS: bootstrap, an older version, an upgrade, alerts, retries,
// dead letters, changes, the end, and another beginning. `npm run rehearse`.

const PROJECT = resolve(import.meta.dirname, '../..');
const STACK = 'Rehearsal';
const SENDER = 'alerts@tocsin.example';
/** Deployed first, where this clone has it: before the options stood in a file. */
const EARLIER = process.env['TOCSIN_REHEARSE_FROM'] ?? '09a1473';
/** Deployed over the newest and taken back, where this clone has it: the version before. */
const BEFORE = process.env['TOCSIN_REHEARSE_BACK'] ?? '799b329d';
const RESTORED = 'tocsin-restored';
const LOOPBACK = '127.0.0.0/8,::1/128';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-rehearsal-'));
const options = join(folder, 'tocsin.json');
const data = join(folder, 'data');
let account: EmulatedAccount;

type Ran = { code: number; text: string };

/** Runs a program against the emulated account. */
function run(cwd: string, args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, args, { cwd, env: account.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => {
      done({ code: code ?? 1, text });
    });
  });
}

async function mustRun(cwd: string, args: string[]): Promise<string> {
  const { code, text } = await run(cwd, args);
  if (code !== 0) throw new Error(`${args.slice(-6).join(' ')} ended with ${code}:\n${text.slice(-3_000)}`);
  return text;
}

const cdk = (cwd: string, ...args: string[]) =>
  mustRun(cwd, [join(PROJECT, 'node_modules/aws-cdk/bin/cdk'), ...args]);

/** `npm run deploy` with these options, by the files of a version; however it ends. */
const tryDeploy = (deployment: object, version = PROJECT): Promise<Ran> => {
  writeFileSync(options, JSON.stringify({ stackName: STACK, emailFrom: SENDER, ...deployment }));
  return run(version, [join(version, 'cdk/deploy/main.ts'), '--yes', '--config', options]);
};

async function deploy(deployment: object, version = PROJECT): Promise<string> {
  const { code, text } = await tryDeploy(deployment, version);
  if (code !== 0) throw new Error(`the deployment ended with ${code}:\n${text.slice(-3_000)}`);
  return text;
}

/** A command of the CLI, however it ends. */
const runTocsin = (...args: string[]): Promise<Ran> =>
  run(PROJECT, [
    '--disable-warning=ExperimentalWarning',
    join(PROJECT, 'cli/main.ts'),
    '--data',
    data,
    ...args,
    '--json',
  ]);

/** A command of the CLI that must work, and its JSON. */
async function tocsin<T>(...args: string[]): Promise<T> {
  const { code, text } = await runTocsin(...args);
  if (code !== 0) throw new Error(`tocsin ${args.join(' ')} ended with ${code}:\n${text.slice(-3_000)}`);
  return JSON.parse(text) as T;
}

/**
 * The manifest of the stack, with the endpoint of the emulator: only a manifest with an endpoint lets the command line
 * take a receiver on this machine.
 */
async function readManifest(): Promise<Manifest> {
  const { SSMClient, GetParameterCommand } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient(clientOf());
  const { Parameter } = await client.send(new GetParameterCommand({ Name: `/${STACK}/manifest` }));
  const manifest = JSON.parse(Parameter?.Value ?? '') as Manifest;
  mkdirSync(data, { recursive: true });
  writeFileSync(
    join(data, 'manifest.json'),
    JSON.stringify({
      ...manifest,
      endpoint: account.url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  );
  return manifest;
}

type Source = { url: string; secret: string };

/** Posts an alert as its source does; the status of the answer. */
async function post({ url, secret }: Source, alert: object): Promise<number> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` };
  return (await postTo(url, headers, JSON.stringify(alert))).status;
}

/** Posts to the API as it is: its name leads nowhere on this machine, so it goes along as a header. */
function postTo(url: string, headers: Record<string, string>, body: string): Promise<Answer> {
  const { host, pathname } = new URL(url);
  return new Promise((done, failed) => {
    const sent = request(
      `${account.url}${pathname}`,
      { method: 'POST', headers: { ...headers, host } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          done({ status: response.statusCode ?? 0, text });
        });
      },
    );
    sent.on('error', failed);
    sent.end(body);
  });
}

type Answer = { status: number; text: string };

/**
 * A canary by hand: the name of the API leads nowhere here, for the functions too, so nobody but this can carry it from the
 * router to its receiver.
 */
async function flyCanary({ ingestUrl, secretPrefix, canary }: Manifest): Promise<void> {
  must(canary !== undefined && 'url' in canary, 'the stack has no canary');
  // It stops at the door, and has made source and destinations before.
  const { text: said } = await runTocsin('canary', 'run', '--timeout', '5s');
  must(said.includes('"accepted"'), `canary run said:\n${said}`);
  const flown: Canary = {
    id: 'rehearsed',
    sent_at: new Date().toISOString(),
    sent_by: 'operator',
    with_mail: false,
  };
  const secret = async (name: string) =>
    (JSON.parse(await secretText(`${secretPrefix}/${name}`)) as { current: string }).current;
  const { headers, body } = canaryRequest(flown, await secret(`source/${CANARY_SOURCE_ID}`));
  const accepted = await postTo(`${ingestUrl}/${CANARY_SOURCE_ID}`, headers, body);
  must(accepted.status === 202, `the door answered ${accepted.status}: ${accepted.text}`);
  const [id = ''] = (JSON.parse(accepted.text) as { alert_ids: string[] }).alert_ids;
  const story = async () => (await runTocsin('why', id)).text;
  await until('the router', async () => (await story()).includes('tocsin-canary'));

  const url = canary !== undefined && 'url' in canary ? canary.url : '';
  const delivered = JSON.stringify({ data: { details: { canary_id: flown.id, sent_at: flown.sent_at } } });
  const stranger = await postTo(url, { 'content-type': 'application/json' }, delivered);
  must(stranger.status === 401, `the receiver answered a stranger with ${stranger.status}`);
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const signature = standardWebhooksSignature([await secret(`destination/${CANARY_DESTINATION_ID}`)], {
    id: 'rehearsed',
    timestampSeconds,
    body: delivered,
  });
  const received = await postTo(
    url,
    {
      'content-type': 'application/json',
      'webhook-id': 'rehearsed',
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signature,
    },
    delivered,
  );
  must(received.status === 200, `the receiver answered ${received.status}: ${received.text}`);
  const { canaries } = await tocsin<{ canaries: { id: string; received_at: string | null }[] }>(
    'canary',
    'list',
  );
  must(
    canaries.some(({ id: one, received_at: at }) => one === flown.id && at !== null),
    `no receipt: ${JSON.stringify(canaries)}`,
  );
}

async function secretText(name: string): Promise<string> {
  return secretsManager(async ({ client, GetSecretValueCommand }) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString ?? '';
  });
}

/** Asks until it is true, for at most three minutes. */
async function until(what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 180; tries += 1) {
    if (await isTrue()) return;
    await wait(1_000);
  }
  throw new Error(`waited in vain: ${what}`);
}

function must(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(what);
}

let steps = 0;
async function step<T>(name: string, does: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await does();
  steps += 1;
  console.log(`ok  ${name} (${((performance.now() - began) / 1_000).toFixed(0)} s)`);
  return result;
}

const mails = async (): Promise<string> => (await fetch(`${account.url}/_ministack/ses/messages`)).text();

/** The files of an earlier version, or undefined where this clone does not have them. */
function filesOf(version: string): string | undefined {
  const old = join(folder, version);
  mkdirSync(old);
  const archive = spawnSync('git', ['archive', version], { cwd: PROJECT, maxBuffer: 1 << 28 });
  if (archive.status !== 0) return undefined;
  const unpacked = spawnSync('tar', ['-x', '-C', old], { input: archive.stdout });
  if (unpacked.status !== 0) return undefined;
  symlinkSync(join(PROJECT, 'node_modules'), join(old, 'node_modules'));
  return old;
}

async function rehearse(python: string): Promise<void> {
  const receiver = await startReceiver();
  const ca = join(folder, 'receiver.pem');
  writeFileSync(ca, receiver.ca);
  try {
    await step('the packed construct gives one template, with the oldest CDK and with ours', async () => {
      const isSame = await isSameWithOldestCdk(folder);
      if (isSame === 'unknown') console.log("--  npm's registry does not give the oldest CDK: not tried");
      must(isSame !== false, 'the template is another one');
    });
    await step('cdk bootstrap', () =>
      cdk(PROJECT, 'bootstrap', 'aws://000000000000/eu-central-1', '--app', 'node cdk/app.ts'),
    );

    await rehearseFirstFailure();
    const old = filesOf(EARLIER);
    if (old === undefined)
      console.log(`--  no version ${EARLIER} in this clone: an upgrade is not rehearsed`);
    else {
      await step(`deploy the version ${EARLIER}`, () =>
        cdk(
          old,
          'deploy',
          '--require-approval',
          'never',
          '-c',
          `stackName=${STACK}`,
          '-c',
          `emailFrom=${SENDER}`,
        ),
      );
    }
    if (old === undefined) await step('deploy', () => deploy({}));
    await readManifest();

    const source = await step('create a source and two destinations', async () => {
      await tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
      const called = ['--name', 'siem', '--url', receiver.url];
      await tocsin('destination', 'create', 'webhook', ...called, '--ca-file', ca, '--retry', '1s,1s');
      return tocsin<Source>('source', 'create', '--name', 'scanner', '--format', 'generic');
    });
    const send = async (title: string) => {
      const status = await post(source, { title, severity: 'high', dedup_key: title });
      must(status === 202, `the source answered ${status}`);
    };
    const arrived = (title: string) => () => receiver.posts.some(({ body }) => body.includes(title));

    await step('an alert to mail and webhook', async () => {
      await send('first of all');
      await until('the webhook', arrived('first of all'));
      await until('the mail', async () => (await mails()).includes('first of all'));
    });
    if (old !== undefined) {
      const said = await step('upgrade', () => deploy({}));
      must(said.includes('nothing of what is deployed would be removed'), `the upgrade said:\n${said}`);
      await readManifest();
      await step('the data is kept: the alert is listed, the source still takes its secret', async () => {
        const listed = JSON.stringify(await tocsin('alerts', 'list'));
        must(listed.includes('first of all'), `listed after the upgrade: ${listed}`);
        await send('after the upgrade');
        await until('the webhook', arrived('after the upgrade'));
      });
    }
    await step(
      'a canary: the door takes it, a router plans it, and its receiver takes it and no stranger',
      async () => {
        await flyCanary(await readManifest());
      },
    );
    await step('a retry', async () => {
      receiver.answer([500], 200);
      await send('at the second attempt');
      const attempts = () =>
        receiver.posts.filter(({ body }) => body.includes('at the second attempt')).length;
      await until('two attempts', () => attempts() === 2);
    });
    await step('a dead letter, and its redrive', async () => {
      receiver.answer([], 403);
      await send('refused at first');
      const letters = async () => JSON.stringify(await tocsin('dead-letters', 'list'));
      await until('the dead letter', async () => (await letters()).includes('receiver-rejected'));
      receiver.answer([], 200);
      const before = receiver.posts.length;
      await tocsin('dead-letters', 'redrive', '--destination', 'siem');
      await until('the redriven delivery', () => receiver.posts.length > before);
      await until('no dead letter', async () => !(await letters()).includes('receiver-rejected'));
    });
    await step('deploy again, without a change', async () => {
      const said = await deploy({});
      must(said.includes('no changes'), `a second deployment changed something:\n${said}`);
    });
    await step('change an option', async () => {
      await deploy({ retentionDays: 30 });
      const manifest = await readManifest();
      must(manifest.retentionDays === 30, `retentionDays is ${manifest.retentionDays}`);
      await send('after the change');
      await until('the webhook', arrived('after the change'));
    });
    await rehearseWaysBack({ send, arrived });
    await rehearsePrivateReceivers(send);
    const first = await readManifest();
    await step('restore the table beside itself, and adopt the restored one', async () => {
      await restoreTable(first.table, RESTORED);
      const said = await deploy({ existingTable: RESTORED });
      must(said.includes(`the stack's own by ${RESTORED}`), `the exchange is not named:\n${said}`);
      must(
        said.includes(`nothing of ${RESTORED} ever expires`),
        `what a restore lacks is not named:\n${said}`,
      );
      must((await readManifest()).table === RESTORED, 'the manifest names another table');
      const listed = JSON.stringify(await tocsin('alerts', 'list'));
      must(listed.includes('first of all'), `the alerts are not in the restored table: ${listed}`);
      await send('on the restored table');
      await until('the webhook', arrived('on the restored table'));
    });
    await step('go back to the table of before', async () => {
      const said = await deploy({ existingTable: first.table });
      must(said.includes(`${RESTORED} by ${first.table}`), `the exchange is not named:\n${said}`);
      await readManifest();
      const listed = JSON.stringify(await tocsin('alerts', 'list'));
      must(listed.includes('after the change'), `the alerts are not in the table of before: ${listed}`);
      must(!listed.includes('on the restored table'), 'two tables are one');
    });
    await step('cfn-lint finds nothing in the template', async () => {
      const template = join(PROJECT, 'cdk.out', `${STACK}.template.json`);
      // W3005: the CDK names dependencies that a reference implies already.
      const lint = spawnSync(
        python,
        [join(dirname(python), 'cfn-lint'), '--ignore-checks', 'W3005', '--', template],
        {
          encoding: 'utf8',
        },
      );
      must(lint.status === 0, `cfn-lint: ${lint.stdout}${lint.stderr}`);
    });
    await step('audit', () => tocsin('audit'));
    await step('take the secrets away, and destroy', async () => {
      await tocsin('teardown', '--yes');
      await destroy();
    });
    await step('deploy once more, beside what was kept', async () => {
      await deploy({ emailIdentity: 'existing' });
      await readManifest();
      const listed = JSON.stringify(await tocsin('alerts', 'list'));
      must(!listed.includes('first of all'), 'a new stack begins with the table of the one before');
    });
    await step(
      'adopt the table that was kept: what stands in it is there, secrets are new ones',
      async () => {
        await deploy({ emailIdentity: 'existing', existingTable: first.table });
        await readManifest();
        const listed = JSON.stringify(await tocsin('alerts', 'list'));
        must(listed.includes('first of all'), `the alerts that were kept are not there: ${listed}`);
        const { secret } = await tocsin<Source>('source', 'rotate', 'scanner');
        await tocsin('destination', 'rotate', 'siem');
        // Its authority lay in the secret that was torn down.
        await tocsin('destination', 'update', 'siem', '--ca-file', ca);
        const { url } = await tocsin<Source>('source', 'show', 'scanner');
        const alert = { title: 'on the table that was kept', severity: 'high' };
        must(
          (await post({ url, secret }, alert)) === 202,
          'the source was refused on the table that was kept',
        );
        await until('the webhook', arrived('on the table that was kept'));
      },
    );
  } finally {
    await receiver.close();
  }
}

/** As docs/deploy.md tells: a first deployment that fails, of a stack of its own, and the next one. */
async function rehearseFirstFailure(): Promise<void> {
  const stackName = 'Rehearsal-fails';
  await step('a first deployment that fails, and another one', async () => {
    const taken = `${stackName}/unsubscribe-key`;
    await secretsManager(async ({ client, CreateSecretCommand }) =>
      client.send(new CreateSecretCommand({ Name: taken, SecretString: 'of somebody else' })),
    );
    const failed = await tryDeploy({ stackName, emailIdentity: 'existing' });
    must(failed.code === 1, `it should have failed:\n${failed.text}`);
    must((await stackStatus(stackName)) === 'ROLLBACK_COMPLETE', `it is ${await stackStatus(stackName)}`);
    await secretsManager(async ({ client, DeleteSecretCommand }) =>
      client.send(new DeleteSecretCommand({ SecretId: taken, ForceDeleteWithoutRecovery: true })),
    );
    const said = await deploy({ stackName, emailIdentity: 'existing' });
    must(said.includes(`the first deployment of ${stackName} failed before`), `it said:\n${said}`);
    must((await stackStatus(stackName)) === 'CREATE_COMPLETE', `it is ${await stackStatus(stackName)}`);
    await destroy(stackName);
  });
}

/** As docs/deploy.md tells: an update that fails, and the version before. Data and secrets are those of before. */
async function rehearseWaysBack({
  send,
  arrived,
}: {
  send: (title: string) => Promise<void>;
  arrived: (title: string) => () => boolean;
}): Promise<void> {
  const isWell = async (title: string): Promise<void> => {
    const listed = JSON.stringify(await tocsin('alerts', 'list'));
    must(listed.includes('after the change'), `the alerts of before are gone: ${listed}`);
    await send(title);
    await until('the webhook', arrived(title));
    await until('the mail', async () => (await mails()).includes(title));
  };
  const table = (await readManifest()).table;
  await step('an update that fails takes itself back', async () => {
    const taken = `${STACK}/heartbeat-url`;
    await secretsManager(async ({ client, CreateSecretCommand }) =>
      client.send(new CreateSecretCommand({ Name: taken, SecretString: 'of somebody else' })),
    );
    const { code, text } = await tryDeploy({
      retentionDays: 31,
      heartbeatUrl: 'https://heartbeat.example/ping',
    });
    must(code === 1, `it should have failed:\n${text}`);
    must(text.includes('already exists'), `the deployment does not say why:\n${text.slice(-3_000)}`);
    must((await stackStatus()) === 'UPDATE_ROLLBACK_COMPLETE', `the stack is ${await stackStatus()}`);
    const manifest = await readManifest();
    must(manifest.retentionDays === 30, `retentionDays is ${manifest.retentionDays}`);
    await isWell('after the update that failed');
    await secretsManager(async ({ client, DeleteSecretCommand }) =>
      client.send(new DeleteSecretCommand({ SecretId: taken, ForceDeleteWithoutRecovery: true })),
    );
    await deploy({ retentionDays: 30 });
  });
  const before = filesOf(BEFORE);
  if (before === undefined) {
    console.log(`--  no version ${BEFORE} in this clone: a rollback is not rehearsed`);
    return;
  }
  await step(`go back to the version ${BEFORE}`, async () => {
    await deploy({ retentionDays: 30 }, before);
    must((await readManifest()).table === table, 'the table is another one');
    await isWell('on the version before');
  });
  await step('and forward again', async () => {
    await deploy({ retentionDays: 30 });
    must((await readManifest()).table === table, 'the table is another one');
    await isWell('forward again');
    const listed = JSON.stringify(await tocsin('alerts', 'list'));
    must(listed.includes('on the version before'), `what came meanwhile is not listed: ${listed}`);
  });
}

async function stackStatus(stackName = STACK): Promise<string | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientOf());
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  return stack?.StackStatus;
}

async function secretsManager<T>(
  does: (sdk: typeof SecretsManager & { client: SecretsManager.SecretsManagerClient }) => Promise<T>,
): Promise<T> {
  const sdk = await import('@aws-sdk/client-secrets-manager');
  return does({ ...sdk, client: new sdk.SecretsManagerClient(clientOf()) });
}

/** How a client of the SDK reaches the emulated account. */
const clientOf = () => ({
  region: 'eu-central-1',
  endpoint: account.url,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** As docs/private-receivers.md tells: the network in the options, a destination inside of it, and the way back. */
async function rehearsePrivateReceivers(send: (title: string) => Promise<void>): Promise<void> {
  const address = privateAddress();
  if (address === undefined) {
    console.log('--  this machine has no private address: private receivers are not rehearsed');
    return;
  }
  const inside = await startReceiver(address);
  try {
    await step('open a private network: its own function delivers inside of it', async () => {
      const ca = join(folder, 'inside.pem');
      writeFileSync(ca, inside.ca);
      await deploy({
        retentionDays: 30,
        concurrency: 24,
        vpcId: 'vpc-0a1b2c3d4e5f67890',
        subnetIds: ['subnet-0a1b2c3d4e5f67890'],
        securityGroupIds: ['sg-0a1b2c3d4e5f67890'],
        egressAllow: PRIVATE_RANGES,
      });
      await readManifest();
      const called = ['--name', 'inside', '--url', inside.url, '--ca-file', ca, '--private'];
      await tocsin('destination', 'create', 'webhook', ...called);
      await send('into the private network');
      await until('the private webhook', () =>
        inside.posts.some(({ body }) => body.includes('into the private network')),
      );
      await tocsin('destination', 'delete', 'inside', '--yes');
    });
    await step('close it again: what goes with it is named', async () => {
      const said = await deploy({ retentionDays: 30 });
      must(said.includes('would lose'), `the lanes go, and nothing was named:\n${said}`);
      await readManifest();
    });
  } finally {
    await inside.close();
  }
}

/** As docs/deploy.md tells, with the newest second in the place of a time. */
async function restoreTable(from: string, to: string): Promise<void> {
  const { DynamoDBClient, RestoreTableToPointInTimeCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(clientOf());
  await client.send(
    new RestoreTableToPointInTimeCommand({
      SourceTableName: from,
      TargetTableName: to,
      UseLatestRestorableTime: true,
    }),
  );
}

/** As docs/deploy.md tells: the protection first, then the stack. */
async function destroy(stackName = STACK): Promise<void> {
  const { CloudFormationClient, UpdateTerminationProtectionCommand } =
    await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientOf());
  await client.send(
    new UpdateTerminationProtectionCommand({ StackName: stackName, EnableTerminationProtection: false }),
  );
  await cdk(PROJECT, 'destroy', stackName, '--force', '-c', `config=${options}`);
}

const kept = join(PROJECT, 'node_modules/.cache/tocsin-rehearsal');
mkdirSync(kept, { recursive: true });
const emulator = installEmulator(kept);
if ('skipped' in emulator) {
  console.log(`rehearsal skipped: ${emulator.skipped}`);
} else {
  account = await startEmulatedAccount(emulator.python, { folder, egressAllow: LOOPBACK });
  try {
    await rehearse(emulator.python);
    console.log(`rehearsal: ${steps} steps passed`);
    await account.stop();
    rmSync(folder, { recursive: true });
  } catch (error) {
    await account.stop();
    console.error(error instanceof Error ? error.message : error);
    console.error(`rehearsal failed after ${steps} steps; what it wrote is in ${folder}`);
    process.exitCode = 1;
  }
}
