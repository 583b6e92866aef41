import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startLocalRun } from '../../local/local-run.ts';
import type { LocalRun, LocalRunOptions } from '../../local/local-run-options.ts';
import type { AccessKeys } from '../../local/runtime/access-check.ts';

type Json = Record<string, unknown>;
export type Template = { Resources: Record<string, Json>; [section: string]: unknown };

const HERE = dirname(fileURLToPath(import.meta.url));
const att = (id: string, name = 'Arn'): Json => ({ 'Fn::GetAtt': [id, name] });
const ref = (id: string): Json => ({ Ref: id });

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-local-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

let bundle: string | undefined;

/** The fixture's handlers as one CommonJS bundle, with unmodified SDK clients inside. */
function handlerBundle(): string {
  bundle ??=
    buildSync({
      entryPoints: [join(HERE, 'fixture-handlers.ts')],
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      write: false,
      logLevel: 'error',
    }).outputFiles[0]?.text ?? '';
  return bundle;
}

function lambda(handler: string, properties: Json = {}): Json {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: 'assets', S3Key: 'a1.zip' },
      FunctionName: `Fixture-${handler}`,
      Handler: `index.${handler}`,
      Runtime: 'nodejs24.x',
      Role: att(`${handler}Role`),
      Timeout: 10,
      MemorySize: 256,
      Environment: {
        Variables: { WORK_QUEUE_URL: ref('Work'), TABLE: ref('Table'), OTHER_QUEUE_URL: ref('Other') },
      },
      ...properties,
    },
  };
}

function role(...statements: [string | string[], unknown][]): Json {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {},
      Policies: [
        {
          PolicyName: 'all',
          PolicyDocument: {
            Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
          },
        },
      ],
    },
  };
}

/** A small stack in the shape of the real one: API, two functions, queues, table, secret, manifest, schedule. */
export function fixtureTemplate(): Template {
  const consume = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  return {
    Parameters: { BootstrapVersion: { Type: 'String', Default: '/bootstrap' } },
    Resources: {
      DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'Fixture-work-dead-letters' } },
      Work: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'Fixture-work',
          VisibilityTimeout: 1,
          RedrivePolicy: { deadLetterTargetArn: att('DeadLetters'), maxReceiveCount: 1 },
        },
      },
      Other: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': '${AWS::StackName}-other' } } },
      OtherPolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Anything: 1 } },
      Table: {
        Type: 'AWS::DynamoDB::GlobalTable',
        Properties: {
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'kind', AttributeType: 'S' },
          ],
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byKind',
              KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
          Replicas: [{ Region: ref('AWS::Region') }],
        },
      },
      Key: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: {
          Name: 'Fixture/key',
          GenerateSecretString: { SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'password' },
        },
      },
      Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'alerts@example.com' } },
      Mails: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'Fixture' } },
      apiRole: role(
        ['logs:*', '*'],
        ['sqs:Send*', att('Work')],
        [['dynamodb:GetItem', 'dynamodb:PutItem'], att('Table')],
      ),
      api: lambda('api'),
      workRole: role(
        ['logs:*', '*'],
        [consume, att('Work')],
        ['dynamodb:PutItem', att('Table')],
        [
          'ses:SendRawEmail',
          [
            {
              'Fn::Join': [
                '',
                ['arn:aws:ses:', ref('AWS::Region'), ':', ref('AWS::AccountId'), ':identity/*'],
              ],
            },
            { 'Fn::Join': ['', ['arn:aws:ses:', ref('AWS::Region'), ':*:configuration-set/Fixture']] },
          ],
        ],
      ),
      work: lambda('work'),
      watchRole: role(['dynamodb:PutItem', att('Table')]),
      watch: lambda('watch'),
      WorkMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: att('Work'),
          FunctionName: ref('work'),
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 2 },
        },
      },
      Every: {
        Type: 'AWS::Events::Rule',
        Properties: { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Id: 'watch', Arn: att('watch') }] },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: ref('Api'), StageName: '$default' } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: ref('Api'),
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: att('api'),
          PayloadFormatVersion: '2.0',
          // A start takes seconds on a busy machine.
          TimeoutInMillis: 20_000,
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: ref('Api'),
          RouteKey: 'POST /v1/ingest/{sourceId}',
          Target: { 'Fn::Join': ['', ['integrations/', ref('Integration')]] },
        },
      },
      Manifest: {
        Type: 'AWS::SSM::Parameter',
        Properties: {
          Name: '/Fixture/manifest',
          Type: 'String',
          Value: {
            'Fn::Join': [
              '',
              [
                '{"version":1,"stack":"Fixture","region":"',
                ref('AWS::Region'),
                '","ingestUrl":"',
                att('Api', 'ApiEndpoint'),
                '/v1/ingest","table":"',
                ref('Table'),
                '","queues":{"alerts":{"url":"',
                ref('Work'),
                '"}}}',
              ],
            ],
          },
        },
      },
    },
  };
}

/** Writes a template as `cdk synth` would, with the fixture's handlers as its one asset. */
export function writeAssembly(folder: string, template: Template): void {
  const asset = join(folder, 'asset.a1');
  mkdirSync(asset, { recursive: true });
  writeFileSync(join(asset, 'index.cjs'), handlerBundle());
  const write = (name: string, value: unknown): void => {
    writeFileSync(join(folder, name), JSON.stringify(value));
  };
  write('manifest.json', {
    artifacts: {
      Fixture: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'Fixture.template.json', stackName: 'Fixture' },
      },
    },
  });
  write('Fixture.template.json', template);
  write('Fixture.assets.json', { files: { a1: { source: { path: 'asset.a1' } } } });
}

type FixtureOptions = Partial<LocalRunOptions> & { change?: (template: Template) => void };
export type FixtureRun = LocalRun & { dataDir: string };

/** Runs the fixture stack for the length of a test. */
export async function runFixture(options: FixtureOptions = {}): Promise<FixtureRun> {
  const run = await startFixture(options.dataDir ?? temporaryFolder(), options);
  onTestFinished(() => run.close());
  return run;
}

/** Runs the fixture stack for the tests of a file, which leave each other alone. */
export function sharedFixture(): { run(): FixtureRun } {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-local-'));
  let run: FixtureRun | undefined;
  beforeAll(async () => {
    run = await startFixture(dataDir);
  });
  afterAll(async () => {
    await run?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    run: () => {
      if (run === undefined) throw new Error('the fixture stack runs from the first test on');
      return run;
    },
  };
}

async function startFixture(dataDir: string, options: FixtureOptions = {}): Promise<FixtureRun> {
  const assemblyDir = join(dataDir, 'assembly');
  const template = fixtureTemplate();
  options.change?.(template);
  writeAssembly(assemblyDir, template);
  const run = await startLocalRun({ port: 0, dataDir, assemblyDir, drainMs: 2000, ...options });
  return { ...run, dataDir };
}

/** The operator of emulators that a test serves itself. */
export const TEST_OPERATOR: AccessKeys = { accessKeyId: 'operator', secretAccessKey: 'local' };

/** The key of the operator of a run, as its manifest holds it. */
export function operatorOf({ manifest }: Pick<LocalRun, 'manifest'>): AccessKeys {
  if (manifest.credentials === undefined) throw new Error('the manifest of a local run has a key');
  return manifest.credentials;
}

/** Settings that point an SDK client at a local run, as the operator, or at emulators that a test serves itself. */
export function clientSettings(target: string | Pick<LocalRun, 'url' | 'manifest'>): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
} {
  return {
    endpoint: typeof target === 'string' ? target : target.url,
    region: 'eu-central-1',
    credentials: typeof target === 'string' ? TEST_OPERATOR : operatorOf(target),
    maxAttempts: 1,
  };
}
