import { describe, expect, test } from 'vitest';
import { FUNCTION_NAMES } from '../../../cdk/constructs/functions-of.ts';
import { ENVIRONMENT } from '../../../functions/core/model/config/environment.ts';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';
import type { Properties } from '../a-template.ts';

const template = aTemplate({ awsEvents: ['guardduty', 'macie'] });
const functions = Object.entries(propertiesOf(template, 'AWS::Lambda::Function'));
const roles = propertiesOf(template, 'AWS::IAM::Role');
const policies = Object.values(propertiesOf(template, 'AWS::IAM::Policy'));
const mappings = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping'));

function functionNamed(name: string): [id: string, properties: Properties] {
  const found = functions.find(([, properties]) => properties['FunctionName'] === `Tocsin-${name}`);
  if (!found) throw new Error(`the template has no function ${name}`);
  return found;
}

/** What a function may do, as `action resource`, its own logs aside. */
function grantsOf(name: string): string[] {
  const [, { Role }] = functionNamed(name);
  const own = policies.filter((policy) =>
    policy['Roles'].some(({ Ref }: { Ref: string }) => Ref === Role['Fn::GetAtt'][0]),
  );
  return own
    .flatMap((policy) => policy['PolicyDocument'].Statement as Properties[])
    .flatMap((statement) => {
      expect(statement['Effect']).toBe('Allow');
      const actions = [statement['Action']].flat() as string[];
      const resources = [statement['Resource']].flat().map((resource) => readable(template, resource));
      return actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`));
    })
    .filter((grant) => !grant.startsWith('logs:'))
    .sort();
}

const consumes = (queue: string) => [
  `sqs:ChangeMessageVisibility {Tocsin-${queue}.Arn}`,
  `sqs:DeleteMessage {Tocsin-${queue}.Arn}`,
  `sqs:GetQueueAttributes {Tocsin-${queue}.Arn}`,
  `sqs:ReceiveMessage {Tocsin-${queue}.Arn}`,
];
const sends = (queue: string) => `sqs:SendMessage {Tocsin-${queue}.Arn}`;
const onTable = (...actions: string[]) => actions.map((action) => `dynamodb:${action} {table.Arn}`);
const inAccount = (service: string, rest: string) =>
  `arn:{AWS::Partition}:${service}:{AWS::Region}:{AWS::AccountId}:${rest}`;

const GRANTS: Record<string, string[]> = {
  'ingest-aws-events': [
    ...onTable('GetItem', 'PutItem', 'UpdateItem'),
    ...consumes('aws-events'),
    sends('alerts'),
    sends('aws-events-dead-letters'),
  ],
  'watch-sources': [...onTable('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'), sends('alerts')],
  'watch-deliveries': [
    ...onTable('BatchGetItem', 'BatchWriteItem', 'GetItem', 'PartiQLInsert', 'PutItem', 'UpdateItem'),
    'dynamodb:Query {table.Arn}',
    'dynamodb:Query {table.Arn}/index/byTime',
    ...['alerts', 'email', 'webhook', 'webhook-retry', 'email-feedback', 'aws-events'].flatMap((queue) => [
      ...consumes(`${queue}-dead-letters`),
      sends(`${queue}-dead-letters`),
    ]),
    ...['alerts', 'email', 'webhook', 'webhook-retry'].map(
      (queue) => `sqs:GetQueueAttributes {Tocsin-${queue}.Arn}`,
    ),
    sends('alerts'),
    sends('email'),
    sends('webhook'),
  ],
  ingest: [
    ...onTable('GetItem', 'PutItem', 'UpdateItem'),
    sends('alerts'),
    `secretsmanager:GetSecretValue ${inAccount('secretsmanager', 'secret:Tocsin/source/*')}`,
  ],
  route: [
    ...onTable('BatchGetItem', 'BatchWriteItem', 'GetItem', 'Query', 'UpdateItem'),
    ...consumes('alerts'),
    sends('alerts'),
    sends('email'),
    sends('webhook'),
  ],
  'deliver-email': [
    ...onTable('GetItem', 'UpdateItem', 'Query'),
    ...consumes('email'),
    sends('alerts'),
    sends('email'),
    sends('email-dead-letters'),
    `ses:SendRawEmail ${inAccount('ses', 'identity/*')}`,
    `ses:SendRawEmail ${inAccount('ses', 'configuration-set/Tocsin')}`,
    'ses:GetSendQuota *',
    'secretsmanager:GetSecretValue {UnsubscribeKeySecret1F5D551E}',
    `secretsmanager:GetSecretValue ${inAccount('secretsmanager', 'secret:Tocsin/destination/*')}`,
  ],
  'deliver-webhook': [
    ...onTable('BatchWriteItem', 'GetItem', 'PartiQLInsert', 'PutItem', 'Query', 'UpdateItem'),
    ...consumes('webhook'),
    ...consumes('webhook-retry'),
    sends('alerts'),
    sends('webhook-retry'),
    sends('webhook-dead-letters'),
    `secretsmanager:GetSecretValue ${inAccount('secretsmanager', 'secret:Tocsin/destination/*')}`,
  ],
  unsubscribe: [
    ...onTable('GetItem', 'UpdateItem', 'Query'),
    sends('alerts'),
    'secretsmanager:GetSecretValue {UnsubscribeKeySecret1F5D551E}',
  ],
  'record-email-feedback': [
    ...onTable('GetItem', 'UpdateItem', 'Query'),
    ...consumes('email-feedback'),
    sends('alerts'),
  ],
  'run-canary': [
    ...onTable('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    sends('alerts'),
    'secretsmanager:GetSecretValue {FunctionsCanarySourceSecret2F0E6D25}',
  ],
  'receive-canary': [
    ...onTable('UpdateItem'),
    'secretsmanager:GetSecretValue {FunctionsCanaryDestinationSecretB78F9C5F}',
  ],
};

const everywhere = { TOCSIN_TABLE: '{table}', TOCSIN_RETENTION_DAYS: '90' };
const ENVIRONMENTS: Record<string, Record<string, string>> = {
  'watch-sources': {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_AWS_EVENTS: 'guardduty,macie',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
  'run-canary': {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_CANARY_URL: '{IngestApi9A114750.ApiEndpoint}/v1/canary',
    TOCSIN_INGEST_URL: '{IngestApi9A114750.ApiEndpoint}/v1/ingest',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
  'receive-canary': { ...everywhere, TOCSIN_SECRET_PREFIX: 'Tocsin' },
  'ingest-aws-events': {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_AWS_EVENTS_QUEUE_URL: '{Tocsin-aws-events}',
    TOCSIN_AWS_EVENTS_DEAD_LETTER_URL: '{Tocsin-aws-events-dead-letters}',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
  'watch-deliveries': {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_ALERTS_DEAD_LETTER_URL: '{Tocsin-alerts-dead-letters}',
    TOCSIN_EMAIL_QUEUE_URL: '{Tocsin-email}',
    TOCSIN_EMAIL_DEAD_LETTER_URL: '{Tocsin-email-dead-letters}',
    TOCSIN_WEBHOOK_QUEUE_URL: '{Tocsin-webhook}',
    TOCSIN_WEBHOOK_DEAD_LETTER_URL: '{Tocsin-webhook-dead-letters}',
    TOCSIN_WEBHOOK_RETRY_QUEUE_URL: '{Tocsin-webhook-retry}',
    TOCSIN_WEBHOOK_RETRY_DEAD_LETTER_URL: '{Tocsin-webhook-retry-dead-letters}',
    TOCSIN_AWS_EVENTS_DEAD_LETTER_URL: '{Tocsin-aws-events-dead-letters}',
    TOCSIN_EMAIL_FEEDBACK_DEAD_LETTER_URL: '{Tocsin-email-feedback-dead-letters}',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
  ingest: { ...everywhere, TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}', TOCSIN_SECRET_PREFIX: 'Tocsin' },
  route: {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_EMAIL_QUEUE_URL: '{Tocsin-email}',
    TOCSIN_WEBHOOK_QUEUE_URL: '{Tocsin-webhook}',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
  'deliver-email': {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_EMAIL_QUEUE_URL: '{Tocsin-email}',
    TOCSIN_EMAIL_DEAD_LETTER_URL: '{Tocsin-email-dead-letters}',
    TOCSIN_EMAIL_FROM: 'alerts@tocsin.example',
    TOCSIN_COMMAND_TARGET: '--stack Tocsin',
    TOCSIN_CONFIGURATION_SET: '{EmailSendingConfigurationSetE11EEBF4}',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
    TOCSIN_UNSUBSCRIBE_URL: '{IngestApi9A114750.ApiEndpoint}/v1/unsubscribe',
  },
  'deliver-webhook': {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_WEBHOOK_QUEUE_URL: '{Tocsin-webhook}',
    TOCSIN_WEBHOOK_RETRY_QUEUE_URL: '{Tocsin-webhook-retry}',
    TOCSIN_WEBHOOK_DEAD_LETTER_URL: '{Tocsin-webhook-dead-letters}',
    TOCSIN_COMMAND_TARGET: '--stack Tocsin',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
  unsubscribe: {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
  'record-email-feedback': {
    ...everywhere,
    TOCSIN_ALERTS_QUEUE_URL: '{Tocsin-alerts}',
    TOCSIN_EMAIL_FEEDBACK_QUEUE_URL: '{Tocsin-email-feedback}',
    TOCSIN_SECRET_PREFIX: 'Tocsin',
  },
};

describe('the functions', () => {
  test('are exactly the entries', () => {
    const names = functions.map(([, properties]) => properties['FunctionName'] as string);
    expect(names.sort()).toEqual(FUNCTION_NAMES.map((name) => `Tocsin-${name}`).sort());
  });

  test.each(FUNCTION_NAMES)('%s runs on Node 24, arm64, and logs JSON that expires', (name) => {
    const [, properties] = functionNamed(name);
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: name === 'route' ? 1024 : 512,
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN' },
    });
    const logs = propertiesOf(template, 'AWS::Logs::LogGroup')[properties['LoggingConfig'].LogGroup.Ref];
    expect(logs).toEqual({ LogGroupName: `/aws/lambda/Tocsin-${name}`, RetentionInDays: 30 });
  });

  test.each(FUNCTION_NAMES)('%s is told what it needs and no more', (name) => {
    const variables = functionNamed(name)[1]['Environment'].Variables as Record<string, unknown>;
    const read = Object.entries(variables).map(([key, value]) => [key, readable(template, value)]);
    expect(Object.fromEntries(read)).toEqual(ENVIRONMENTS[name]);
  });

  test('the unsubscribe page names whom to ask, when there is an operator', () => {
    const own = Object.values(
      propertiesOf(aTemplate({ operatorEmail: 'ops@tocsin.example' }), 'AWS::Lambda::Function'),
    );
    const page = own.find((properties) => properties['FunctionName'] === 'Tocsin-unsubscribe');
    expect(page?.['Environment'].Variables).toMatchObject({ TOCSIN_OPERATOR_EMAIL: 'ops@tocsin.example' });
  });

  test('mails have no unsubscribe link that would ask for a client certificate', () => {
    const own = aTemplate({
      domain: {
        name: 'alerts.tocsin.example',
        certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/abc',
        truststore: { bucket: 'trust', key: 'ca.pem' },
      },
    });
    expect(JSON.stringify(propertiesOf(own, 'AWS::Lambda::Function'))).not.toContain(
      ENVIRONMENT.unsubscribeUrl,
    );
    expect(own.findOutputs('UnsubscribeUrl')).toEqual({});
  });

  test('the key of the unsubscribe links is drawn by AWS and stands in no template', () => {
    const [secret] = Object.values(propertiesOf(template, 'AWS::SecretsManager::Secret'));
    expect(secret).toMatchObject({
      Name: 'Tocsin/unsubscribe-key',
      GenerateSecretString: { SecretStringTemplate: '{}', GenerateStringKey: 'current', PasswordLength: 48 },
    });
    expect(secret).not.toHaveProperty('SecretString');
  });

  test('are never let past the guard against private addresses', () => {
    expect(JSON.stringify(template.toJSON())).not.toContain(ENVIRONMENT.egressAllow);
  });

  test('a sender is answered inside what API Gateway waits for', () => {
    expect(functionNamed('ingest')[1]['Timeout']).toBeLessThan(30);
  });

  test.each(FUNCTION_NAMES)('%s may be invoked in a loop only when it sends to itself', (name) => {
    const allowed = {
      ingest: undefined,
      'ingest-aws-events': undefined,
      'watch-sources': undefined,
      'watch-deliveries': undefined,
      route: undefined,
      'deliver-email': 'Allow',
      'deliver-webhook': 'Allow',
      unsubscribe: undefined,
      'record-email-feedback': undefined,
      'run-canary': undefined,
      'receive-canary': undefined,
    };
    expect(functionNamed(name)[1]['RecursiveLoop']).toBe(allowed[name]);
  });
});

describe('the roles of the functions', () => {
  test.each(FUNCTION_NAMES)('%s may do exactly what its code does', (name) => {
    expect(grantsOf(name)).toEqual([...(GRANTS[name] ?? [])].sort());
  });

  test('are one per function, with no managed policy and nothing inline', () => {
    const used = functions.map(([, { Role }]) => Role['Fn::GetAtt'][0] as string);
    expect(new Set(used).size).toBe(functions.length);
    expect(used.sort()).toEqual(Object.keys(roles).sort());
    for (const role of Object.values(roles)) {
      expect(Object.keys(role)).toEqual(['AssumeRolePolicyDocument']);
      expect(role['AssumeRolePolicyDocument'].Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });

  test('a policy belongs to one role', () => {
    expect(policies).toHaveLength(functions.length);
    for (const policy of policies) expect(policy['Roles']).toHaveLength(1);
  });

  test('contain no wildcard but the two prefixes of secrets, the identities of SES, and the quota, which is no resource', () => {
    const statements = policies.flatMap((policy) => policy['PolicyDocument'].Statement as Properties[]);
    const actions = statements.flatMap((statement) => [statement['Action']].flat() as string[]);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    const resources = statements
      .flatMap((statement) => [statement['Resource']].flat())
      .map((resource) => readable(template, resource));
    expect(resources.filter((resource) => resource.includes('*'))).toEqual([
      inAccount('secretsmanager', 'secret:Tocsin/source/*'),
      // Bound to the sender's address by a condition.
      inAccount('ses', 'identity/*'),
      '*',
      inAccount('secretsmanager', 'secret:Tocsin/destination/*'),
      inAccount('secretsmanager', 'secret:Tocsin/destination/*'),
    ]);
    expect(statements.some((statement) => 'NotAction' in statement || 'NotResource' in statement)).toBe(
      false,
    );
  });
});

describe('what runs by the clock', () => {
  // A rule with a pattern waits for events.
  const rules = Object.entries(propertiesOf(template, 'AWS::Events::Rule')).filter(
    ([, properties]) => !('EventPattern' in properties),
  );
  const permissions = Object.values(propertiesOf(template, 'AWS::Lambda::Permission')).filter(
    ({ Principal }) => Principal === 'events.amazonaws.com',
  );

  test('are the two watchers, the canary and nothing else', () => {
    expect(rules).toHaveLength(3);
    expect(permissions).toHaveLength(3);
  });

  test.each([
    ['watch-sources', 'rate(5 minutes)'],
    ['watch-deliveries', 'rate(1 minute)'],
    ['run-canary', 'rate(5 minutes)'],
  ] as const)('%s runs at %s, by one rule that alone may start it', (name, schedule) => {
    const [fn] = functionNamed(name);
    const own = rules.filter(([, { Targets }]) => Targets[0].Arn['Fn::GetAtt'][0] === fn);
    expect(own.map(([, properties]) => properties)).toEqual([
      {
        ScheduleExpression: schedule,
        State: 'ENABLED',
        Targets: [{ Arn: { 'Fn::GetAtt': [fn, 'Arn'] }, Id: 'Target0' }],
      },
    ]);
    expect(permissions).toContainEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [fn, 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [own[0]?.[0], 'Arn'] },
    });
  });
});

test('a scheduled run that could not begin before the next one is due is dropped', () => {
  const configs = Object.values(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig'));
  const scheduled = Object.values(propertiesOf(template, 'AWS::Events::Rule')).filter(
    ({ ScheduleExpression }) => ScheduleExpression !== undefined,
  );
  expect(configs).toHaveLength(scheduled.length);
  for (const { ScheduleExpression, Targets } of scheduled) {
    const minutes = Number(/^rate\((\d+) minutes?\)$/.exec(ScheduleExpression as string)?.[1]);
    expect(configs).toContainEqual({
      FunctionName: { Ref: String(Targets[0].Arn['Fn::GetAtt'][0]) },
      MaximumEventAgeInSeconds: 60 * minutes,
      MaximumRetryAttempts: 2,
      Qualifier: '$LATEST',
    });
  }
});

describe('what the functions work off', () => {
  test.each([
    ['alerts', 'route', 2],
    ['email', 'deliver-email', 2],
    ['webhook', 'deliver-webhook', 2],
    ['webhook-retry', 'deliver-webhook', 2],
    ['email-feedback', 'record-email-feedback', 2],
    ['aws-events', 'ingest-aws-events', 2],
  ])('%s goes to %s, at most %i batches at a time, failures item by item', (queue, name, concurrency) => {
    const own = mappings.filter(
      (mapping) => readable(template, mapping['EventSourceArn']) === `{Tocsin-${queue}.Arn}`,
    );
    expect(own).toEqual([
      {
        EventSourceArn: expect.anything() as unknown,
        FunctionName: { Ref: functionNamed(name)[0] },
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 0,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: concurrency },
      },
    ]);
  });

  test('is nothing else', () => {
    expect(mappings).toHaveLength(6);
  });
});
