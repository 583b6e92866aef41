import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isSnsUrl,
  snsCertificateUrl,
  verifySnsSignature,
} from '../../../../functions/core/ingest/auth/sns-signature.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/sns/${name}`, import.meta.url), 'utf8');
const certificate = fixture('certificate.pem');
type Message = Record<string, unknown>;
const { version1, version2, subscription } = JSON.parse(fixture('messages.json')) as Record<
  'version1' | 'version2' | 'subscription',
  Message
>;
const NOW = Date.parse('2027-01-01T00:00:00Z');
const verify = (message: Message, pem = certificate, nowMs = NOW) =>
  verifySnsSignature(message, pem, nowMs).ok;

describe('a signature of SNS', () => {
  it.each([
    ['version 1 with a subject', version1],
    ['version 2 without one', version2],
    ['a subscription', subscription],
  ])('verifies: %s', (_what, message) => {
    expect(verify(message)).toBe(true);
  });

  it.each<[string, Message]>([
    ['another message', { ...version2, Message: 'no subject her' }],
    ['a subject that was added', { ...version2, Subject: 'x' }],
    ['another topic', { ...version2, TopicArn: 'arn:aws:sns:eu-central-1:444455556666:theirs' }],
    ['the digest of the other version', { ...version2, SignatureVersion: '1' }],
    ['a version that does not exist', { ...version2, SignatureVersion: '3' }],
    ['a version from the prototype', { ...version2, SignatureVersion: 'constructor' }],
    ['no signature', { ...version2, Signature: '' }],
    ['junk behind the signature', { ...version2, Signature: `${String(version2['Signature'])}!!` }],
    ['a type that is not signed', { ...version2, Type: 'Other' }],
    ['a missing field', { ...version2, Timestamp: undefined }],
  ])('does not verify: %s', (_what, message) => {
    expect(verify(message)).toBe(false);
  });

  it('does not verify with something that is no certificate, nor outside the time of one', () => {
    expect(verify(version2, 'no certificate')).toBe(false);
    expect(verify(version2, certificate, Date.parse('2000-01-01'))).toBe(false);
    expect(verify(version2, certificate, Date.parse('2200-01-01'))).toBe(false);
  });
});

describe('a URL in a message', () => {
  it.each([
    'https://sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.cn-north-1.amazonaws.com.cn/a.pem',
    'https://sns.us-gov-west-1.amazonaws.com/a.pem',
  ])('may be fetched: %s', (url) => {
    expect(isSnsUrl(url)).toBe(true);
    expect(snsCertificateUrl({ SigningCertURL: url })).toBe(url);
    expect(snsCertificateUrl({ SigningCertUrl: url })).toBe(url);
  });

  it.each([
    'http://sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com.example.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com@example.com/a.pem',
    'https://user@sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
    'https://s3.eu-central-1.amazonaws.com/a.pem',
    'https://evil.sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.a.b.amazonaws.com/a.pem',
    'https://example.com/sns.eu-central-1.amazonaws.com/a.pem',
    'not a url',
    undefined,
  ])('is never fetched: %s', (url) => {
    expect(isSnsUrl(url)).toBe(false);
    expect(snsCertificateUrl({ SigningCertURL: url })).toBeUndefined();
  });
});
