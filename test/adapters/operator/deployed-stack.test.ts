import { beforeEach, describe, expect, test } from 'vitest';
import { deployedTemplate, isIdentityKnown } from '../../../functions/adapters/operator/deployed-stack.ts';
import { type AwsAnswer, awsOfEnvironment } from '../aws-fake.ts';

// The answers are those that the services document for their query protocol.
const xml = (action: string, inner: string) =>
  `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`;
const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

let answer: AwsAnswer;

beforeEach(async () => awsOfEnvironment(() => answer));

describe('what is deployed', () => {
  test('is the template as it was given', async () => {
    answer = {
      status: 200,
      body: xml('GetTemplate', '<TemplateBody>{&quot;Resources&quot;: {}}</TemplateBody>'),
    };
    expect(await deployedTemplate('Tocsin')).toEqual({ Resources: {} });
  });

  test('is nothing where CloudFormation knows no such stack', async () => {
    answer = { status: 400, body: refusal('ValidationError', 'Stack with id Tocsin does not exist') };
    expect(await deployedTemplate('Tocsin')).toBeUndefined();
  });

  test('is not taken for nothing where it may not be read', async () => {
    answer = {
      status: 403,
      body: refusal('AccessDenied', 'not authorized to perform: cloudformation:GetTemplate'),
    };
    await expect(deployedTemplate('Tocsin')).rejects.toThrow('not authorized');
  });
});

describe('whether SES knows an identity', () => {
  test.each([
    [
      'one that it knows',
      '<entry><key>a@b.example</key><value><VerificationStatus>Pending</VerificationStatus></value></entry>',
      true,
    ],
    ['one that it does not know', '', false],
  ])('is told of %s', async (_, entries, known) => {
    answer = {
      status: 200,
      body: xml(
        'GetIdentityVerificationAttributes',
        `<VerificationAttributes>${entries}</VerificationAttributes>`,
      ),
    };
    expect(await isIdentityKnown('a@b.example')).toBe(known);
  });

  test('is taken for no where it may not be asked', async () => {
    answer = { status: 403, body: refusal('AccessDenied', 'not authorized') };
    expect(await isIdentityKnown('a@b.example')).toBe(false);
  });
});
