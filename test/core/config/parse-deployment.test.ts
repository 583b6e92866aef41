import { describe, expect, test } from 'vitest';
import { parseDeployment } from '../../../functions/core/config/parse-deployment.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/0b7a5c1e-7d0c-4d3b-a8bb-3e6f5d1c2b4a';
const DEFAULTS = {
  stackName: 'Tocsin',
  emailIdentity: 'address',
  retentionDays: 90,
  concurrency: 10,
  canaryMinutes: 5,
};

describe('parseDeployment', () => {
  test('takes an empty file, and what an editor reads in it', () => {
    expect(parseDeployment({})).toEqual({ ok: true, value: DEFAULTS });
    expect(parseDeployment({ $schema: './deployment.schema.json' })).toEqual({ ok: true, value: DEFAULTS });
  });

  const NETWORK = {
    vpcId: 'vpc-0a1b2c3d4e5f67890',
    subnetIds: ['subnet-0a1b2c3d4e5f67890', 'subnet-0a1b2c3d'],
    securityGroupIds: ['sg-0a1b2c3d4e5f67890'],
    egressAllow: ['10.0.0.0/8', 'fd00::/8'],
  };

  test('takes a VPC with what private destinations may reach in it', () => {
    expect(parseDeployment(NETWORK)).toEqual({ ok: true, value: { ...DEFAULTS, privateNetwork: NETWORK } });
  });

  test.each([
    [{ egressAllow: ['10.0.0.0/8'] }, 'egressAllow', /is given without vpcId/],
    [{ vpcId: NETWORK.vpcId }, 'vpcId', /is given without egressAllow/],
    [{ ...NETWORK, subnetIds: undefined }, 'vpcId', /is given without subnetIds/],
    [{ ...NETWORK, securityGroupIds: undefined }, 'vpcId', /is given without securityGroupIds/],
    [{ subnetIds: NETWORK.subnetIds }, 'subnetIds', /is given without vpcId/],
    [{ securityGroupIds: NETWORK.securityGroupIds }, 'securityGroupIds', /is given without vpcId/],
    [{ ...NETWORK, vpcId: 'vpc-x' }, 'vpcId', /"vpc-x" is not valid; expected the id of a VPC/],
    [{ ...NETWORK, subnetIds: ['sg-0a1b2c3d'] }, 'subnetIds[0]', /expected the id of a subnet/],
    [{ ...NETWORK, subnetIds: [] }, 'subnetIds', /is empty; expected the id of a subnet/],
    [{ ...NETWORK, subnetIds: 'subnet-0a1b2c3d' }, 'subnetIds', /expected a list of them/],
    [
      { ...NETWORK, subnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3d'] },
      'subnetIds',
      /names one of them twice/,
    ],
    [
      { ...NETWORK, securityGroupIds: ['1', '2', '3', '4', '5', '6'].map((digit) => `sg-0000000${digit}`) },
      'securityGroupIds',
      /more than the 5 that a function of Lambda takes/,
    ],
    [{ ...NETWORK, egressAllow: [] }, 'egressAllow', /opens nothing/],
    [
      { ...NETWORK, egressAllow: '10.0.0.0/8' },
      'egressAllow',
      /expected a list of ranges such as 10\.0\.0\.0\/8/,
    ],
    [{ ...NETWORK, egressAllow: [10] }, 'egressAllow[0]', /expected a range such as 10\.0\.0\.0\/8/],
    [
      { ...NETWORK, egressAllow: ['127.0.0.0/8'] },
      'egressAllow',
      /"127\.0\.0\.0\/8" is never opened: loopback/,
    ],
    [{ ...NETWORK, egressAllow: ['0.0.0.0/0'] }, 'egressAllow', /holds public addresses/],
  ])('refuses %j at %s', (options, path, message) => {
    const parsed = parseDeployment(options);
    expect(parsed).toMatchObject({ ok: false });
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems).toContainEqual({ path, message: expect.stringMatching(message) as string });
  });

  test('takes a domain with its certificate and trust store', () => {
    const parsed = parseDeployment({
      emailFrom: 'alerts@example.org',
      operatorEmail: 'ops@example.org',
      emailIdentity: 'existing',
      domainName: 'alerts.example.org',
      certificateArn: CERTIFICATE,
      mtlsTruststore: 's3://trust/senders/ca.pem',
      mtlsTruststoreVersion: '3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
    });
    expect(parsed).toEqual({
      ok: true,
      value: {
        ...DEFAULTS,
        emailFrom: 'alerts@example.org',
        operatorEmail: 'ops@example.org',
        emailIdentity: 'existing',
        // It has no client certificate to show.
        canaryMinutes: 0,
        domain: {
          name: 'alerts.example.org',
          certificateArn: CERTIFICATE,
          truststore: {
            bucket: 'trust',
            key: 'senders/ca.pem',
            version: '3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
          },
        },
      },
    });
  });

  test.each([
    ['emailFrom', 'nobody', 'expected one such as ana@example.com'],
    ['emailFrom', '', 'expected an e-mail address'],
    ['emailFrom', 'Tocsin <alerts@example.com>', 'give the address alone'],
    ['emailFrom', 'a@b@example.com', 'is no e-mail address'],
    ['emailFrom', 'a@example.com\nBcc: b@example.com', 'contains a line break'],
    ['emailFrom', 7, '"7" is not valid; expected an e-mail address such as alerts@example.com'],
    ['emailIdentity', 'mailbox', 'expected one of address, domain, existing'],
    ['operatorEmail', 'ops', 'is no e-mail address'],
    ['existingTable', 'ab', 'expected the name of a table'],
    ['existingTable', 'arn:aws:dynamodb:eu-central-1:111122223333:table/x', 'expected the name of a table'],
    ['retentionDays', 0, 'expected a whole number from 1 to 3650'],
    ['retentionDays', 3651, 'expected a whole number from 1 to 3650'],
    ['retentionDays', 1.5, 'expected a whole number from 1 to 3650'],
    ['retentionDays', '90', '"90" is not valid; expected a whole number from 1 to 3650'],
    ['retentionDays', null, '"null" is not valid; expected a whole number from 1 to 3650'],
    ['concurrency', 9, 'expected a whole number from 10 to 100000'],
    ['concurrency', 'all', 'expected a whole number from 10 to 100000'],
    ['mtlsTruststoreVersion', 'v 1', 'expected the version id'],
    ['mtlsTruststoreVersion', 'v1', 'is given without mtlsTruststore'],
    ['stackName', '1st', 'expected letters, digits and hyphens'],
    ['stackName', 'a'.repeat(41), 'at most 40'],
    ['stackName', '', 'expected letters, digits and hyphens'],
    ['domainName', 'https://alerts.example.org', 'expected a domain name'],
    ['domainName', 'alerts.example.org', 'is given without certificateArn'],
    ['certificateArn', 'arn:aws:iam::123456789012:role/x', 'expected the ARN of an ACM certificate'],
    ['certificateArn', CERTIFICATE, 'is given without domainName'],
    ['mtlsTruststore', 'https://trust/ca.pem', 'expected s3://bucket/key'],
    ['mtlsTruststore', 's3://trust', 'expected s3://bucket/key'],
    ['mtlsTruststore', 's3://trust/ca.pem', 'is given without domainName'],
    ['retentiondays', 90, 'unknown field; did you mean retentionDays? known: stackName, emailFrom'],
  ])('refuses %s: %j and says what is expected', (name, value, expected) => {
    const parsed = parseDeployment({ [name]: value });
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: name });
    expect(problems[0]?.message).toContain(expected);
    expect(problems[0]?.message).not.toContain('\n');
  });

  test('names every problem at once', () => {
    const parsed = parseDeployment({ retentionDays: -1, concurrency: 1, domainName: 'a.example.org', x: 1 });
    expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path).toSorted()).toEqual([
      'concurrency',
      'domainName',
      'retentionDays',
      'x',
    ]);
  });

  const TRUST = {
    domainName: 'alerts.example.org',
    certificateArn: CERTIFICATE,
    mtlsTruststore: 's3://trust/ca.pem',
  };

  test.each([
    [{ canary: '1m' }, { canaryMinutes: 1 }],
    [{ canary: '60m' }, { canaryMinutes: 60 }],
    [{ canary: 'off' }, { canaryMinutes: 0 }],
    [
      { heartbeatUrl: 'https://hc.example/ping/1?a=b' },
      { heartbeat: { url: 'https://hc.example/ping/1?a=b' } },
    ],
    [{ heartbeatUrl: 'secretsmanager:tocsin/heartbeat' }, { heartbeat: { secretName: 'tocsin/heartbeat' } }],
    [{ ...TRUST, canary: 'off' }, { canaryMinutes: 0 }],
  ])('reads %j of the canary', (input, expected) => {
    expect(parseDeployment(input)).toMatchObject({ ok: true, value: expected });
  });

  test.each([
    ['canary', { canary: '61m' }, '61m'],
    ['canary', { canary: '0m' }, '0m'],
    ['canary', { canary: '30s' }, '30s'],
    ['canary', { canary: 5 }, '5'],
    ['canary', { ...TRUST, canary: '5m' }, 'no client certificate'],
    ['heartbeatUrl', { ...TRUST, heartbeatUrl: 'https://hc.example/ping' }, 'there are none'],
    ['heartbeatUrl', { canary: 'off', heartbeatUrl: 'https://hc.example/ping' }, 'there are none'],
  ])('refuses a wrong %s: %j', (path, input, message) => {
    expect(parseDeployment(input)).toEqual({
      ok: false,
      problems: [{ path, message: expect.stringContaining(message) as string }],
    });
  });

  test.each([
    'http://hc.example/secret-path',
    'https://user:secret-path@hc.example/',
    'https://hc.example/#secret-path',
    'https://hc.example/ secret-path',
    'ftp://secret-path',
    'secretsmanager:',
    7,
  ])('says nothing of a heartbeatUrl that it refuses: %j', (heartbeatUrl) => {
    const parsed = parseDeployment({ heartbeatUrl });
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('secret-path');
  });
});
