import { describe, expect, it } from 'vitest';
import { acceptedStatus } from '../../../functions/core/ingest/accepted-status.ts';
import { slackChallenge } from '../../../functions/core/ingest/slack-challenge.ts';
import type { SourceAuth } from '../../../functions/core/model/config/source.ts';

const SLACK: SourceAuth = {
  type: 'hmac',
  header: 'x-slack-signature',
  algorithm: 'sha256',
  signedContent: 'v0:timestamp:body',
  timestampHeader: 'x-slack-request-timestamp',
};
const question = (given: object = {}) => ({ type: 'url_verification', challenge: 'abc', ...given });

describe('the question of Slack', () => {
  it('has its challenge back', () => {
    expect(slackChallenge(SLACK, [question({ token: 'x' })])).toBe('abc');
  });

  it.each<[string, SourceAuth, unknown[]]>([
    ['of a source that signs otherwise', { ...SLACK, signedContent: 'body' }, [question()]],
    ['of a source with a token', { type: 'bearer' }, [question()]],
    ['of another type', SLACK, [question({ type: 'event_callback' })]],
    ['whose challenge is no text', SLACK, [question({ challenge: 7 })]],
    ['whose challenge is longer than any of theirs', SLACK, [question({ challenge: 'a'.repeat(257) })]],
    ['beside others', SLACK, [question(), question()]],
    ['that is no object', SLACK, ['url_verification']],
    ['that is nothing', SLACK, []],
  ])('has no answer where it is one %s', (_name, auth, documents) => {
    expect(slackChallenge(auth, documents)).toBeUndefined();
  });
});

describe('the status of success', () => {
  it.each<[Parameters<typeof acceptedStatus>[0], number]>([
    [{ format: 'generic', auth: { type: 'bearer' } }, 202],
    [{ format: 'okta', auth: { type: 'bearer' } }, 200],
    [{ format: 'generic', auth: SLACK }, 200],
  ])('of %j is %i', (source, status) => {
    expect(acceptedStatus(source)).toBe(status);
  });
});
