import { App, Stack } from 'aws-cdk-lib/core';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { deploy, type DeployPorts } from '../../cdk/deploy/deploy.ts';
import { findLosses } from '../../cdk/deploy/find-losses.ts';
import { TocsinGateway, type TocsinGatewayProps } from '../../cdk/tocsin-gateway.ts';
import { parseDeployment } from '../../functions/core/config/parse-deployment.ts';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import { NEW_ACCOUNT_QUOTA } from '../../functions/core/config/settings/deployment-settings.ts';
import { aStack, aTemplate, propertiesOf, readable } from './a-template.ts';

const WITHOUT = { emailIdentity: 'none', operatorEmail: 'ops@tocsin.example' } as const;

describe('a deployment without SES', () => {
  const stack = aStack(WITHOUT);
  const template = Template.fromStack(stack);
  const functions = Object.values(propertiesOf(template, 'AWS::Lambda::Function'));

  test('has nothing of SES in it: CloudFormation knows no such type in China', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toMatch(/AWS::SES|"ses:|aws\.ses|email-feedback|Sender/u);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('delivers mails all the same, by mail servers, and its canary goes by no mail', () => {
    const variables = (name: string): Record<string, unknown> =>
      functions.find(({ FunctionName }) => FunctionName === name)?.['Environment'].Variables as Record<
        string,
        unknown
      >;
    expect(variables('Tocsin-deliver-email')).toHaveProperty(ENVIRONMENT.emailQueueUrl);
    expect(variables('Tocsin-deliver-email')).not.toHaveProperty(ENVIRONMENT.emailFrom);
    expect(variables('Tocsin-run-canary')).toHaveProperty(ENVIRONMENT.withoutSes, 'true');
    const [parameter] = Object.values(propertiesOf(template, 'AWS::SSM::Parameter'));
    const manifest = JSON.parse(readable(template, parameter?.['Value'])) as Manifest;
    expect(Object.keys(manifest)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:emailFrom|configurationSet|emailFeedback)$/u)]),
    );
  });

  test('leaves ingestion two of the executions of a new account', () => {
    const shares = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping')).map(
      ({ ScalingConfig }) => (ScalingConfig as { MaximumConcurrency: number }).MaximumConcurrency,
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(NEW_ACCOUNT_QUOTA - 2);
  });

  test('names what goes, where SES was there before', () => {
    const lost = findLosses(aTemplate().toJSON(), template.toJSON()).map(({ what }) => what);
    expect(lost).toEqual(
      expect.arrayContaining([
        'taken out of the stack, and kept: the sender that SES knows',
        'removed: how SES sends, and what it tells about mails',
        expect.stringMatching(/^replaced: the sender of the mails, alerts@tocsin\.example by none/u),
      ]),
    );
  });

  test('is deployed, and SES is not asked', async () => {
    const parsed = parseDeployment({ emailIdentity: 'none' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const ports: DeployPorts = {
      synthesize: async () => template.toJSON(),
      isLeftFromFailure: async () => false,
      deployedTemplate: async () => undefined,
      isIdentityKnown: async () => Promise.reject(new Error('SES was asked')),
      existingTable: async () => undefined,
      confirm: undefined,
      deploy: async () => 0,
      say: () => undefined,
    };
    expect(await deploy(parsed.value, { isSure: true }, ports)).toBe(0);
  });
});

describe('a sender without SES', () => {
  test('is refused in tocsin.json', () => {
    expect(parseDeployment({ emailIdentity: 'none', emailFrom: 'alerts@tocsin.example' })).toEqual({
      ok: false,
      problems: [
        {
          path: 'emailFrom',
          message: 'is the sender at SES, and emailIdentity is none; expected one of them',
        },
      ],
    });
  });

  test.each<[TocsinGatewayProps, string]>([
    [{}, 'emailFrom: is missing; expected an e-mail address, or the emailIdentity none'],
    [{ emailIdentity: 'none', emailFrom: 'a@tocsin.example' }, 'emailFrom: is the sender at SES'],
  ])('is refused by the construct: %j', (props, problem) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    expect(() => new TocsinGateway(new Stack(app, 'Platform'), 'Alerts', props)).toThrow(problem);
  });
});
