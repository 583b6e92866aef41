import { describe, expect, test } from 'vitest';
import type { EmailIdentityKind } from '../../../functions/core/config/parse-deployment.ts';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';
import type { Properties } from '../a-template.ts';

/** What deliver-email may send as: the statement of `ses:SendRawEmail`. */
function sending(options: Parameters<typeof aTemplate>[0]): Properties[] {
  const template = aTemplate(options);
  return Object.values(propertiesOf(template, 'AWS::IAM::Policy'))
    .flatMap((policy) => policy['PolicyDocument'].Statement as Properties[])
    .filter((statement) => statement['Action'] === 'ses:SendRawEmail')
    .map(({ Resource, Condition }) => ({
      resources: (Resource as unknown[]).map((resource) => readable(template, resource)).sort(),
      condition: Condition as unknown,
    }));
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

  test.each<[EmailIdentityKind, string[]]>([
    ['address', ['alerts@tocsin.example']],
    ['domain', ['tocsin.example']],
    ['existing', []],
  ])('identity %s creates %j', (kind, created) => {
    const identities = Object.values(
      propertiesOf(aTemplate({ emailIdentity: kind }), 'AWS::SES::EmailIdentity'),
    );
    expect(identities.map((identity): unknown => identity['EmailIdentity'])).toEqual(created);
  });

  test.each<EmailIdentityKind>(['address', 'domain', 'existing'])(
    'identity %s may send as the sender alone, whatever identity IAM is asked about',
    (emailIdentity) => {
      // In the SES sandbox IAM is asked about the recipient's identity as well.
      const inAccount = 'arn:{AWS::Partition}:ses:{AWS::Region}:{AWS::AccountId}';
      expect(sending({ emailIdentity, emailFrom: 'Alerts@tocsin.example' })).toEqual([
        {
          resources: [`${inAccount}:configuration-set/Tocsin`, `${inAccount}:identity/*`],
          condition: { StringEqualsIgnoreCase: { 'ses:FromAddress': 'Alerts@tocsin.example' } },
        },
      ]);
    },
  );

  test('a domain comes with the DNS records that prove it', () => {
    const outputs = Object.keys(aTemplate({ emailIdentity: 'domain' }).findOutputs('*'));
    expect(outputs).toEqual(expect.arrayContaining(['DkimRecord1', 'DkimRecord2', 'DkimRecord3']));
  });
});
