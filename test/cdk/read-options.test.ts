import { describe, expect, test } from 'vitest';
import { OptionError, readOptions } from '../../cdk/read-options.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/0b7a5c1e-7d0c-4d3b-a8bb-3e6f5d1c2b4a';
const defaults = {
  stackName: 'Tocsin',
  emailFrom: 'alerts@example.com',
  retentionDays: 90,
  concurrency: 10,
};

function read(context: Record<string, unknown>) {
  const all: Record<string, unknown> = { ...defaults, ...context };
  return readOptions((name) => all[name]);
}

describe('readOptions', () => {
  test('takes the defaults of cdk.json, where empty means absent', () => {
    const context = {
      operatorEmail: '',
      domainName: '',
      certificateArn: '',
      mtlsTruststore: '',
      mtlsTruststoreVersion: '',
    };
    expect(read(context)).toEqual({ ...defaults, emailIdentity: 'address' });
  });

  test('takes text from the command line and numbers from cdk.json', () => {
    expect(read({ retentionDays: '30' }).retentionDays).toBe(30);
    expect(read({ retentionDays: 3650 }).retentionDays).toBe(3650);
  });

  test('takes a domain with its certificate and trust store', () => {
    const options = read({
      operatorEmail: 'ops@example.org',
      emailIdentity: 'existing',
      domainName: 'alerts.example.org',
      certificateArn: CERTIFICATE,
      mtlsTruststore: 's3://trust/senders/ca.pem',
      mtlsTruststoreVersion: '3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
    });
    expect(options).toMatchObject({
      operatorEmail: 'ops@example.org',
      emailIdentity: 'existing',
      domain: {
        name: 'alerts.example.org',
        certificateArn: CERTIFICATE,
        truststore: {
          bucket: 'trust',
          key: 'senders/ca.pem',
          version: '3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
        },
      },
    });
  });

  test.each([
    ['emailFrom', 'nobody', 'expected an e-mail address such as alerts@example.com'],
    ['emailFrom', '', 'expected an e-mail address such as alerts@example.com'],
    ['emailFrom', 'Tocsin <alerts@example.com>', 'expected an e-mail address'],
    ['emailFrom', 'a@b@example.com', 'expected an e-mail address'],
    ['emailFrom', 'a@example.com\nBcc: b@example.com', 'expected an e-mail address'],
    ['emailIdentity', 'mailbox', 'expected address, domain, existing'],
    ['operatorEmail', 'ops', 'expected an e-mail address'],
    ['retentionDays', '0', 'expected a whole number from 1 to 3650'],
    ['retentionDays', '3651', 'expected a whole number from 1 to 3650'],
    ['retentionDays', '1.5', 'expected a whole number from 1 to 3650'],
    ['retentionDays', -1, 'expected a whole number from 1 to 3650'],
    ['retentionDays', '', 'expected a whole number from 1 to 3650'],
    ['retentionDays', 'ninety', 'expected a whole number from 1 to 3650'],
    ['concurrency', '9', 'expected a whole number from 10 to 100000'],
    ['concurrency', '', 'expected a whole number from 10 to 100000'],
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
  ])('refuses %s=%j in one line that says what is expected', (name, value, expected) => {
    const error = refusal({ [name]: value });
    expect(error).toBeInstanceOf(OptionError);
    const { message } = error as OptionError;
    expect(message).toMatch(new RegExp(`^option ${name}: `));
    expect(message).toContain(JSON.stringify(String(value)));
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });
});

function refusal(context: Record<string, unknown>): unknown {
  try {
    return read(context);
  } catch (error) {
    return error;
  }
}
