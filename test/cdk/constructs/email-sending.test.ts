import { describe, expect, test } from 'vitest';
import type { EmailIdentityKind } from '../../../cdk/read-options.ts';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';
import type { Properties } from '../a-template.ts';

/** The names of the identities that deliver-email may send as. */
function senders(emailIdentity: EmailIdentityKind): string[] {
  const template = aTemplate({ emailIdentity });
  return Object.values(propertiesOf(template, 'AWS::IAM::Policy'))
    .flatMap((policy) => policy['PolicyDocument'].Statement as Properties[])
    .filter((statement) => statement['Action'] === 'ses:SendRawEmail')
    .flatMap((statement) => statement['Resource'] as unknown[])
    .map((resource) => readable(template, resource).split(':').at(-1) ?? '')
    .filter((resource) => resource.startsWith('identity/'));
}

describe('sending mail', () => {
  test('asks for TLS, counts reputation, and stops at bounces and complaints', () => {
    const [set] = Object.values(propertiesOf(aTemplate(), 'AWS::SES::ConfigurationSet'));
    expect(set).toEqual({
      Name: 'Tocsin',
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  });

  test('tells what became of every mail: SES -> default event bus -> rule -> the feedback queue', () => {
    const template = aTemplate();
    const [destination] = Object.values(propertiesOf(template, 'AWS::SES::ConfigurationSetEventDestination'));
    expect(destination?.['EventDestination']).toMatchObject({
      Enabled: true,
      MatchingEventTypes: [
        'send',
        'delivery',
        'deliveryDelay',
        'bounce',
        'complaint',
        'reject',
        'renderingFailure',
      ],
    });
    const rules = Object.values(propertiesOf(template, 'AWS::Events::Rule'));
    const rule = rules.find((one) => one['EventPattern'] !== undefined);
    const [set] = Object.keys(propertiesOf(template, 'AWS::SES::ConfigurationSet'));
    // Not the mail of others in the account.
    expect(rule?.['EventPattern']).toEqual({
      source: ['aws.ses'],
      detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: set }] } } },
    });
    expect(rule?.['Targets'].map(({ Arn }: Properties) => readable(template, Arn))).toEqual([
      '{Tocsin-email-feedback.Arn}',
    ]);
    const policies = Object.values(propertiesOf(template, 'AWS::SQS::QueuePolicy')).flatMap(
      (policy) => policy['PolicyDocument'].Statement as Properties[],
    );
    const allowed = policies.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': expect.anything() as unknown } },
    });
  });

  test.each<[EmailIdentityKind, string[], string[]]>([
    ['address', ['alerts@tocsin.example'], ['identity/alerts@tocsin.example']],
    ['domain', ['tocsin.example'], ['identity/tocsin.example']],
    ['existing', [], ['identity/alerts@tocsin.example', 'identity/tocsin.example']],
  ])('identity %s creates %j and may send as %j', (kind, created, allowed) => {
    const identities = Object.values(
      propertiesOf(aTemplate({ emailIdentity: kind }), 'AWS::SES::EmailIdentity'),
    );
    expect(identities.map((identity): unknown => identity['EmailIdentity'])).toEqual(created);
    expect(senders(kind).sort()).toEqual(allowed);
  });

  test('a domain comes with the DNS records that prove it', () => {
    const outputs = Object.keys(aTemplate({ emailIdentity: 'domain' }).findOutputs('*'));
    expect(outputs).toEqual(expect.arrayContaining(['DkimRecord1', 'DkimRecord2', 'DkimRecord3']));
  });
});
