import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { findLosses } from '../../cdk/deploy/find-losses.ts';
import { parseDeployment } from '../../functions/core/config/parse-deployment.ts';
import { aStack, aTemplate, PRIVATE_NETWORK, propertiesOf } from './a-template.ts';

const problemsOf = (options: object): string[] => {
  const parsed = parseDeployment(options);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe('a permissions boundary', () => {
  test.each([
    ['tocsin-boundary', /:iam::.*:policy\/tocsin-boundary/u],
    [
      'arn:aws:iam::111122223333:policy/path/boundary',
      /^"arn:aws:iam::111122223333:policy\/path\/boundary"$/u,
    ],
  ])('%s bounds every role of the stack', (permissionsBoundary, expected) => {
    const template = Template.fromStack(
      aStack({
        permissionsBoundary,
        awsEvents: ['health'],
        privateNetwork: PRIVATE_NETWORK,
        concurrency: 100,
      }),
    );
    const roles = Object.values(propertiesOf(template, 'AWS::IAM::Role'));
    expect(roles.length).toBeGreaterThan(10);
    for (const role of roles) expect(JSON.stringify(role['PermissionsBoundary'])).toMatch(expected);
  });

  test.each(['', 'two words', 'arn:aws:s3:::bucket', 42])('is not %j', (permissionsBoundary) => {
    expect(problemsOf({ permissionsBoundary })).toEqual([
      expect.stringMatching(/^permissionsBoundary: .* expected the name or the ARN of a policy of IAM$/u),
    ]);
  });
});

describe('tags', () => {
  test('are of the stack, which gives them to what is in it', () => {
    expect(
      aStack({ tags: { 'cost-center': '42', Owner: 'Öffentliche Hand' } }).tags.tagValues(),
    ).toMatchObject({
      'cost-center': '42',
      Owner: 'Öffentliche Hand',
    });
  });

  test.each([
    [{ 'aws:owner': 'me' }, 'does not begin with aws:'],
    [{ 'AWS:owner': 'me' }, 'does not begin with aws:'],
    [{ '': 'me' }, 'a name of a tag'],
    [{ owner: 'a'.repeat(257) }, 'at most 256'],
    [{ owner: 42 }, 'at most 256'],
    [['owner'], 'expected tags such as'],
    ['owner=me', 'expected tags such as'],
    [
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, 'x'])),
      'more than 50 tags',
    ],
  ])('%j are refused', (tags, problem) => {
    const [found, ...more] = problemsOf({ tags });
    expect(found).toMatch(/^tags/u);
    expect(found).toContain(problem);
    expect(more).toEqual([]);
  });
});

test('a shorter time of retention is named before it is deployed, a longer one is not', () => {
  const [month, year] = [aTemplate({ retentionDays: 30 }), aTemplate({ retentionDays: 365 })];
  const lost = (before: Template, after: Template) =>
    findLosses(before.toJSON(), after.toJSON()).map(({ what }) => what);
  expect(lost(year, month)).toEqual([
    'shortened: how long new alerts and deliveries are kept, 365 to 30 days',
  ]);
  expect(lost(month, year)).toEqual([]);
});
