import { afterEach, beforeEach, expect, test } from 'vitest';
import { ssmClient } from '../../../functions/adapters/operator/ssm-client.ts';
import { parseManifest, ssmManifest } from '../../../functions/adapters/operator/manifest.ts';
import { type EmulatedAws, emulatedAws } from '../emulated-aws.ts';

let aws: EmulatedAws;
beforeEach(async () => {
  aws = await emulatedAws();
});
afterEach(async () => aws.close());

const manifest = () => ({
  version: 1,
  stack: 'Tocsin',
  region: 'eu-central-1',
  ingestUrl: 'https://api.example/v1/ingest',
  table: 'table',
  queues: aws.queues,
  secretPrefix: 'Tocsin',
  emailFrom: 'alerts@example.com',
  configurationSet: 'Tocsin',
  retentionDays: 90,
});

test('the manifest of a stack is read from its parameter', async () => {
  aws.emulators.ssm.deploy('/Tocsin/manifest', 'String', JSON.stringify(manifest()));
  expect(await ssmManifest({ client: ssmClient(aws.options), stack: 'Tocsin' })).toEqual(manifest());
});

test('the queue of the AWS door gets the one behind it, which the parameter leaves out', async () => {
  const { url, arn } = aws.awsEvents;
  const written = JSON.stringify({ ...manifest(), awsEventsQueue: { url, arn } });
  expect(parseManifest(written, 'file x').awsEventsQueue).toEqual(aws.awsEvents);
  expect(parseManifest(JSON.stringify({ ...manifest(), awsEventsQueue: aws.awsEvents }), 'file x')).toEqual({
    ...manifest(),
    awsEventsQueue: aws.awsEvents,
  });
});

test('a stack that is not there is named, with the region that was asked', async () => {
  await expect(ssmManifest({ client: ssmClient(aws.options), stack: 'Other' })).rejects.toThrow(
    'no gateway "Other" in region eu-central-1: parameter /Other/manifest does not exist; expected a deployed stack',
  );
});

test.each([
  ['no JSON', 'nonsense', 'file x is not JSON; expected the manifest of a gateway'],
  ['null', 'null', 'file x has version undefined; expected the manifest version 1'],
  ['of another version', '{"version":2}', 'file x has version 2; expected the manifest version 1'],
  [
    'incomplete',
    '{"version":1,"stack":"s","region":"r"}',
    'file x lacks ingestUrl, table, queues, secretPrefix',
  ],
])('a manifest that is %s is refused', (_name, text, problem) => {
  expect(() => parseManifest(text, 'file x')).toThrow(problem);
});
