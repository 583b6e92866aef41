import { describe, expect, test } from 'vitest';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';

const DOMAIN = {
  name: 'alerts.tocsin.example',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/abc',
};
const functionNames = (template: ReturnType<typeof aTemplate>): string[] =>
  Object.values(propertiesOf(template, 'AWS::Lambda::Function')).map(
    ({ FunctionName }) => FunctionName as string,
  );
const manifestOf = (template: ReturnType<typeof aTemplate>): string =>
  readable(template, Object.values(propertiesOf(template, 'AWS::SSM::Parameter'))[0]?.['Value']);

describe('the functions of the canary', () => {
  test('are there by default, and the manifest says where canaries come back', () => {
    const template = aTemplate({ domain: DOMAIN });
    expect(functionNames(template)).toEqual(
      expect.arrayContaining(['Tocsin-run-canary', 'Tocsin-receive-canary']),
    );
    expect(manifestOf(template)).toContain(
      '"canary":{"minutes":5,"url":"https://alerts.tocsin.example/v1/canary","hasHeartbeat":false}',
    );
  });

  test.each([
    ['by option', { canaryMinutes: 0 }, 'by-option'],
    [
      'where senders must show a certificate',
      { domain: { ...DOMAIN, truststore: { bucket: 'trust', key: 'ca.pem' } } },
      'client-certificates',
    ],
  ])('are not there %s, with alarm, route and secrets', (_, options, because) => {
    const template = aTemplate(options);
    expect(functionNames(template).filter((name) => name.includes('canary'))).toEqual([]);
    expect(manifestOf(template)).toContain(`"canary":{"off":"${because}"}`);
    const named = [
      ['AWS::CloudWatch::Alarm', 'AlarmName'],
      ['AWS::ApiGatewayV2::Route', 'RouteKey'],
      ['AWS::SecretsManager::Secret', 'Name'],
    ].flatMap(([type = '', name = '']) =>
      Object.values(propertiesOf(template, type)).map((properties) => String(properties[name])),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => /canary/iu.test(name))).toEqual([]);
  });

  test.each([1, 15, 60])('run every %i minutes, and the alarm looks at three of them', (minutes) => {
    const template = aTemplate({ canaryMinutes: minutes });
    const schedules = Object.values(propertiesOf(template, 'AWS::Events::Rule')).map(
      ({ ScheduleExpression }) => ScheduleExpression as string,
    );
    expect(schedules).toContain(
      minutes === 60 ? 'rate(1 hour)' : minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
    );
    const alarm = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm')).find(
      ({ AlarmName }) => AlarmName === 'Tocsin-canary-late',
    );
    expect(alarm).toMatchObject({
      MetricName: 'CanaryLatency',
      Namespace: 'Tocsin',
      Statistic: 'Minimum',
      Period: 3 * 60 * minutes,
      Threshold: 120_000,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
  });
});

describe('the heartbeat', () => {
  const grants = (template: ReturnType<typeof aTemplate>): string[] =>
    Object.values(propertiesOf(template, 'AWS::IAM::Policy'))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Record<string, unknown>[])
      .filter(({ Action }) => Action === 'secretsmanager:GetSecretValue')
      .flatMap(({ Resource }) => [Resource].flat().map((one) => readable(template, one)));
  const variables = (template: ReturnType<typeof aTemplate>): string[] =>
    Object.values(propertiesOf(template, 'AWS::Lambda::Function')).flatMap(({ Environment }) => {
      const name = (Environment.Variables as Record<string, unknown>)['TOCSIN_HEARTBEAT_SECRET'];
      return typeof name === 'string' ? [name] : [];
    });

  test('by its URL lies in a secret of the stack, and in no variable of a function', () => {
    const template = aTemplate({ heartbeat: { url: 'https://hc.example/ping/secret-path' } });
    const secrets = Object.values(propertiesOf(template, 'AWS::SecretsManager::Secret'));
    expect(secrets).toContainEqual(
      expect.objectContaining({
        Name: 'Tocsin/heartbeat-url',
        SecretString: 'https://hc.example/ping/secret-path',
      }),
    );
    expect(variables(template)).toEqual(['Tocsin/heartbeat-url', 'Tocsin/heartbeat-url']);
    expect(JSON.stringify(propertiesOf(template, 'AWS::Lambda::Function'))).not.toContain('secret-path');
    expect(manifestOf(template)).toContain('"hasHeartbeat":true');
    expect(manifestOf(template)).not.toContain('secret-path');
  });

  test('by the name of a secret may be read, and nothing of it is in the template', () => {
    const template = aTemplate({ heartbeat: { secretName: 'ops/heartbeat' } });
    expect(variables(template)).toEqual(['ops/heartbeat', 'ops/heartbeat']);
    expect(grants(template).filter((one) => one.includes('ops/heartbeat'))).toEqual(
      Array.from(
        { length: 2 },
        () =>
          'arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret:ops/heartbeat-??????',
      ),
    );
    expect(JSON.stringify(propertiesOf(template, 'AWS::SecretsManager::Secret'))).not.toContain('heartbeat');
  });
});
