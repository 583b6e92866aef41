import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { partition as partitionOfSdk } from '@aws-sdk/core/client';
import { describe, expect, test } from 'vitest';
import {
  AWS_DOMAINS,
  consoleOf,
  partitionOf,
} from '../../../../functions/core/model/config/aws-partition.ts';

const REGIONS = [
  'us-east-1',
  'us-west-2',
  'eu-central-1',
  'eu-central-2',
  'ap-southeast-5',
  'sa-east-1',
  'ca-west-1',
  'me-central-1',
  'af-south-1',
  'il-central-1',
  'mx-central-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'eusc-de-east-1',
];

describe('the partition of a region', () => {
  test.each(REGIONS)('of %s and its domain are those that the SDK knows', (region) => {
    const { name, dnsSuffix } = partitionOfSdk(region);
    expect(partitionOf(region)).toBe(name);
    expect(AWS_DOMAINS[partitionOf(region)]).toBe(dnsSuffix);
  });

  test.each([
    ['eu-central-1', 'https://eu-central-1.console.aws.amazon.com'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com'],
    ['eusc-de-east-1', 'https://eusc-de-east-1.console.amazonaws-eusc.eu'],
  ])('of %s has a console of its own', (region, url) => {
    expect(consoleOf(region)).toBe(url);
  });
});

const ROOT = resolve(import.meta.dirname, '../../../..');
const files = ['functions', 'cli', 'cdk'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

test('no other file writes out a domain of AWS', () => {
  const written = files.filter((file) => {
    const code = readFileSync(join(ROOT, file), 'utf8')
      // Pages that are cited, and the examples of comments.
      .replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
      .replaceAll(/https:\/\/docs\.aws\.amazon\.com/g, '')
      // A service principal is the same everywhere.
      .replaceAll(/(?:ServicePrincipal\(|Principal: \{ Service: )'[a-z]+\.amazonaws\.com'/g, '');
    return /amazonaws\.|aws\.amazon\.com/.test(code);
  });
  expect(written).toEqual(['functions/core/model/config/aws-partition.ts']);
});
