import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';
import type { Properties } from '../a-template.ts';

const template = aTemplate();
const [stage] = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Stage'));
const name = 'alerts.example.org';
const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/abc';

describe('the ingest API', () => {
  test.each([
    ['/v1/ingest/{sourceId}', 'Ingest'],
    ['/v1/unsubscribe/{token}', 'Unsubscribe'],
  ])('sends every method on %s to the function %s', (path, fn) => {
    const routes = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Route')).filter((route) =>
      (route['RouteKey'] as string).endsWith(` ${path}`),
    );
    const keys = routes.map((route) => route['RouteKey'] as string);
    expect(keys.sort()).toEqual(['ANY', 'GET', 'POST'].map((method) => `${method} ${path}`));
    const integrations = Object.entries(propertiesOf(template, 'AWS::ApiGatewayV2::Integration'));
    expect(integrations).toHaveLength(3);
    for (const route of routes) {
      const [, integration] =
        integrations.find(([id]) => readable(template, route['Target']) === `integrations/{${id}}`) ?? [];
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
      expect(readable(template, integration?.['IntegrationUri'])).toMatch(
        new RegExp(`^\\{Functions${fn}Function\\w+\\.Arn\\}$`),
      );
    }
  });

  test('takes events for PagerDuty where its clients post them', () => {
    const keys = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Route')).map(
      ({ RouteKey }) => RouteKey as string,
    );
    expect(keys).toContain('POST /v2/enqueue');
  });

  test('lets the function Ingest answer for every other path', () => {
    const [route, ...more] = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Route')).filter(
      ({ RouteKey }) => RouteKey === '$default',
    );
    expect(more).toEqual([]);
    const ingest = Object.entries(propertiesOf(template, 'AWS::ApiGatewayV2::Integration')).find(
      ([, { IntegrationUri }]) => readable(template, IntegrationUri).startsWith('{FunctionsIngest'),
    );
    expect(readable(template, route?.['Target'])).toBe(`integrations/{${ingest?.[0]}}`);
  });

  test('may call the functions of this API only', () => {
    const byClock = 'events.amazonaws.com';
    const permissions = Object.values(propertiesOf(template, 'AWS::Lambda::Permission')).filter(
      ({ Principal }) => Principal !== byClock,
    );
    expect(permissions).not.toEqual([]);
    for (const permission of permissions) {
      expect(permission).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      });
      // The last one is what API Gateway asks for its default route.
      expect(readable(template, permission['SourceArn'])).toMatch(
        /\/\*\/\*(?:\/v1\/(?:ingest\/\{sourceId\}|unsubscribe\/\{token\}|canary)|\/v2\/enqueue)?$/,
      );
    }
  });

  test('is limited, and has the one stage without a name in the path', () => {
    expect(stage).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
  });

  test('logs requests without headers, query, body or the id of the source', () => {
    const format = stage?.['AccessLogSettings'].Format as string;
    const fields = Object.values(JSON.parse(format) as Record<string, string>);
    expect(fields).toContain('$context.status');
    // The ids by which a line of a function's log is found.
    expect(JSON.parse(format)).toMatchObject({
      apiRequestId: '$context.requestId',
      lambdaRequestId: '$context.integration.requestId',
    });
    expect(format).not.toMatch(
      /header|querystring|userAgent|\$context\.path|requestOverride|authorizer|body/i,
    );
    const logs = propertiesOf(template, 'AWS::Logs::LogGroup');
    expect(logs[stage?.['AccessLogSettings'].DestinationArn['Fn::GetAtt'][0]]).toMatchObject({
      RetentionInDays: 30,
    });
  });

  test('has no domain of its own unless asked for one', () => {
    expect(propertiesOf(template, 'AWS::ApiGatewayV2::DomainName')).toEqual({});
    expect(only(template, 'Api')).toMatchObject({ DisableExecuteApiEndpoint: false });
  });

  test('takes a domain, and then says its address and where DNS must point', () => {
    const own = aTemplate({ domain: { name, certificateArn } });
    expect(only(own, 'DomainName')).toMatchObject({
      DomainName: name,
      DomainNameConfigurations: [{ CertificateArn: certificateArn, SecurityPolicy: 'TLS_1_2' }],
    });
    expect(only(own, 'ApiMapping')).not.toHaveProperty('ApiMappingKey');
    expect(own.findOutputs('IngestUrl')).toMatchObject({ IngestUrl: { Value: `https://${name}/v1/ingest` } });
    expect(own.findOutputs('DomainTarget')).toHaveProperty('DomainTarget');
    expect(only(own, 'Api')).toMatchObject({ DisableExecuteApiEndpoint: false });
  });

  test('with client certificates closes the address that would ask for none', () => {
    const own = aTemplate({
      domain: { name, certificateArn, truststore: { bucket: 'trust', key: 'ca.pem', version: 'v1' } },
    });
    expect(only(own, 'DomainName')).toMatchObject({
      MutualTlsAuthentication: { TruststoreUri: 's3://trust/ca.pem', TruststoreVersion: 'v1' },
    });
    expect(only(own, 'Api')).toMatchObject({ DisableExecuteApiEndpoint: true });
  });
});

/** The one resource of API Gateway of that kind. */
function only(of: Template, kind: string): Properties {
  const found = Object.values(propertiesOf(of, `AWS::ApiGatewayV2::${kind}`));
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}
