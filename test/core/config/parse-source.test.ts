import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../functions/core/config/parse-source.ts';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';

const parse = (input: unknown) => parseSource(input, FORMATS);

function pathsOf(input: unknown): string[] {
  const parsed = parse(input);
  return parsed.ok ? [] : parsed.problems.map((problem) => problem.path);
}

describe('the settings of a source', () => {
  it('are bearer, automatic and medium when only a name is given', () => {
    expect(parse({ name: 'siem' })).toEqual({
      ok: true,
      value: {
        name: 'siem',
        format: 'generic',
        auth: { type: 'bearer' },
        streamType: 'auto',
        defaultSeverity: 'medium',
        dedupWindowSeconds: 86_400,
        noDataAlarm: { afterSeconds: 86_400 },
      },
    });
  });

  it("take the format's preset when no auth is given", () => {
    expect(parse({ name: 'ci', format: 'github' })).toMatchObject({
      value: {
        auth: { type: 'hmac', header: 'x-hub-signature-256', algorithm: 'sha256', signedContent: 'body' },
      },
    });
  });

  it('may change one field of the preset and keep the others', () => {
    expect(
      parse({ name: 'ci', format: 'github', auth: { algorithm: 'sha1', header: 'X-Hub-Signature' } }),
    ).toMatchObject({
      value: { auth: { type: 'hmac', header: 'x-hub-signature', algorithm: 'sha1', signedContent: 'body' } },
    });
  });

  it('drop the preset when another kind of auth is given', () => {
    expect(parse({ name: 'ci', format: 'github', auth: { type: 'bearer' } })).toMatchObject({
      value: { auth: { type: 'bearer' } },
    });
  });

  it('keep header names in lower case, as requests carry them', () => {
    expect(
      parse({
        name: 'waf',
        auth: { type: 'hmac', header: 'X-Sig', signedContent: 'timestamp.body', timestampHeader: 'X-Time' },
      }),
    ).toMatchObject({ value: { auth: { header: 'x-sig', timestampHeader: 'x-time' } } });
  });

  it.each([600, '600'])('take a rate of alerts per minute, written as %j', (rateLimit) => {
    expect(parse({ name: 'siem', rateLimit })).toMatchObject({ value: { rateLimit: { perMinute: 600 } } });
  });

  const hmac = { type: 'hmac', header: 'X-Sig' };
  it.each<[string, unknown, string[]]>([
    ['no object', 'siem', ['', 'name']],
    ['no name', {}, ['name']],
    ['a name that looks like an id', { name: 'src_abc' }, ['name']],
    ['a name with a comma', { name: 'a,b' }, ['name']],
    ['a name with a line break', { name: 'a\nb' }, ['name']],
    ['a name of 65 characters', { name: 'a'.repeat(65) }, ['name']],
    ['an unknown field', { name: 'a', colour: 'red' }, ['colour']],
    ['an unknown format', { name: 'a', format: 'nagios' }, ['format']],
    ['an unknown auth', { name: 'a', auth: { type: 'oauth' } }, ['auth.type']],
    ['hmac without a header', { name: 'a', auth: { type: 'hmac' } }, ['auth.header']],
    ['a header with a space', { name: 'a', auth: { type: 'hmac', header: 'X Sig' } }, ['auth.header']],
    ['a header that is no token', { name: 'a', auth: { type: 'hmac', header: 'X-Sig:' } }, ['auth.header']],
    ['a header with a line break', { name: 'a', auth: { type: 'hmac', header: 'X\r\nY' } }, ['auth.header']],
    ['a header of HTTP', { name: 'a', auth: { type: 'shared-secret', header: 'Host' } }, ['auth.header']],
    ...[
      'Content-Type',
      'content-encoding',
      'User-Agent',
      'X-Forwarded-For',
      'X-Amzn-Trace-Id',
      'Content-Length',
    ].map((header): [string, unknown, string[]] => [
      `a header that is not the sender's to fill in: ${header}`,
      { name: 'a', auth: { type: 'hmac', header } },
      ['auth.header'],
    ]),
    ['a mapping without a title', { name: 'a', format: 'mapping' }, ['mapping.fields']],
    [
      'a mapping whose title is no path, once',
      { name: 'a', format: 'mapping', mapping: { fields: { title: 'a..b' } } },
      ['mapping.fields.title'],
    ],
    ['an unknown algorithm', { name: 'a', auth: { ...hmac, algorithm: 'md5' } }, ['auth.algorithm']],
    [
      'a signed timestamp without its header',
      { name: 'a', auth: { ...hmac, signedContent: 'timestamp.body' } },
      ['auth.timestampHeader'],
    ],
    [
      'a signed id and timestamp without their headers',
      { name: 'a', auth: { ...hmac, signedContent: 'id.timestamp.body' } },
      ['auth.timestampHeader', 'auth.idHeader'],
    ],
    [
      'a timestamp header that is not signed',
      { name: 'a', auth: { ...hmac, timestampHeader: 'X-T' } },
      ['auth.timestampHeader'],
    ],
    ['basic without a user', { name: 'a', auth: { type: 'basic' } }, ['auth.username']],
    ['a user with a colon', { name: 'a', auth: { type: 'basic', username: 'a:b' } }, ['auth.username']],
    ['a header for bearer', { name: 'a', auth: { type: 'bearer', header: 'X' } }, ['auth.header']],
    ['none without consent', { name: 'a', auth: { type: 'none' } }, ['auth.type']],
    ['an envelope with a gap', { name: 'a', envelope: 'a..b' }, ['envelope']],
    ['a rate of zero', { name: 'a', rateLimit: 0 }, ['rateLimit']],
    ['a rate beyond a million', { name: 'a', rateLimit: '1000001' }, ['rateLimit']],
    ['half a rate', { name: 'a', rateLimit: '1.5' }, ['rateLimit']],
    ['a rate in words', { name: 'a', rateLimit: 'many' }, ['rateLimit']],
    ['a window beyond seven days', { name: 'a', dedupWindow: '8d' }, ['dedupWindow']],
    ['a window of zero', { name: 'a', dedupWindow: '0s' }, ['dedupWindow']],
    ['an unknown severity', { name: 'a', defaultSeverity: 'urgent' }, ['defaultSeverity']],
    ['an unknown stream type', { name: 'a', streamType: 'xml' }, ['streamType']],
  ])('refuse %s', (_what, input, paths) => {
    expect(pathsOf(input)).toEqual(paths);
  });

  it('report every problem at once', () => {
    expect(
      pathsOf({ format: 'x', auth: { type: 'hmac', algorithm: 'md5' }, envelope: ' ', dedupWindow: 'soon' }),
    ).toEqual(['name', 'format', 'auth.header', 'auth.algorithm', 'envelope', 'dedupWindow']);
  });

  it('let anyone post only when that was said', () => {
    expect(parse({ name: 'open', auth: { type: 'none' }, anyoneCanPost: true })).toMatchObject({
      value: { auth: { type: 'none' } },
    });
  });
});

describe('auth sns', () => {
  const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alarms';

  it.each(['cloudwatch-alarm', 'guardduty', 'security-hub'])(
    'is the default of %s, and needs a list of topics',
    (format) => {
      expect(parse({ name: 'a', format })).toEqual({
        ok: false,
        problems: [
          { path: 'auth.topics', message: expect.stringMatching(/^missing; sns needs the ARN/) as string },
        ],
      });
      expect(parse({ name: 'a', format, auth: { topics: [TOPIC, TOPIC] } })).toMatchObject({
        value: { auth: { type: 'sns', topics: [TOPIC] } },
      });
      expect(parse({ name: 'a', format, auth: { type: 'basic', username: 'sns' } })).toMatchObject({
        value: { auth: { type: 'basic', username: 'sns' } },
      });
    },
  );

  it.each([
    [['alarms'], '"alarms" is not the ARN of a topic; expected arn:aws:sns:<region>:<account>:<name>'],
    [[`${TOPIC}.fifo`], `"${TOPIC}.fifo" is a FIFO topic, which SNS sends to no URL`],
    [Array.from({ length: 51 }, (_, index) => `${TOPIC}${index}`), 'has 51 topics; expected at most 50'],
  ])('refuses topics %#', (topics, message) => {
    expect(parse({ name: 'a', format: 'guardduty', auth: { type: 'sns', topics } })).toEqual({
      ok: false,
      problems: [{ path: 'auth.topics', message }],
    });
  });

  it('means nothing with a format that does not come over SNS, nor topics with another auth', () => {
    expect(parse({ name: 'a', format: 'github', auth: { type: 'sns', topics: [TOPIC] } })).toEqual({
      ok: false,
      problems: [
        {
          path: 'auth.type',
          message:
            'sns means nothing with format github; expected one of aws-event, cloudwatch-alarm, guardduty, security-hub',
        },
      ],
    });
    expect(pathsOf({ name: 'a', auth: { type: 'bearer', topics: [TOPIC] } })).toEqual(['auth.topics']);
  });
});

it.each(['Content-MD5', 'Max-Forwards', 'Server', 'WWW-Authenticate', 'Proxy-Authenticate'])(
  'refuses a credential in %s, which API Gateway drops',
  (header) => {
    expect(pathsOf({ name: 'a', auth: { type: 'shared-secret', header } })).toEqual(['auth.header']);
  },
);
