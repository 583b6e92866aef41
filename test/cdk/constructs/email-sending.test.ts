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
