import { beforeEach, describe, expect, test } from 'vitest';
import {
  deployedTemplate,
  isIdentityKnown,
  isLeftFromFailure,
} from '../../../functions/adapters/operator/deployed-stack.ts';
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

describe('what a first deployment that failed leaves', () => {
  const stackOf = (status: string): AwsAnswer => ({
    status: 200,
    body: xml(
      'DescribeStacks',
      `<Stacks><member><StackName>Tocsin</StackName><CreationTime>2026-03-01T12:00:00Z</CreationTime><StackStatus>${status}</StackStatus></member></Stacks>`,
    ),
  });

  test.each([
    ['ROLLBACK_COMPLETE', true],
    ['ROLLBACK_FAILED', true],
    ['CREATE_FAILED', true],
    ['UPDATE_ROLLBACK_COMPLETE', false],
    ['UPDATE_ROLLBACK_FAILED', false],
    ['CREATE_COMPLETE', false],
  ])('is a stack that is %s: %s, and nothing else loses its protection', async (status, isLeft) => {
    const asked: string[] = [];
    await awsOfEnvironment(({ operation, body }) => {
      asked.push(operation);
      if (operation === 'UpdateTerminationProtection') {
        expect(new URLSearchParams(body).get('EnableTerminationProtection')).toBe('false');
        return { body: xml(operation, '<StackId>Tocsin</StackId>') };
      }
      return stackOf(status);
    });
    expect(await isLeftFromFailure('Tocsin')).toBe(isLeft);
    expect(asked).toEqual(['DescribeStacks', ...(isLeft ? ['UpdateTerminationProtection'] : [])]);
  });

  test('is nothing where there is no stack', async () => {
    answer = { status: 400, body: refusal('ValidationError', 'Stack with id Tocsin does not exist') };
    expect(await isLeftFromFailure('Tocsin')).toBe(false);
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
