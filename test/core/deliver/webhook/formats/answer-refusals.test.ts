import { describe, expect, it } from 'vitest';
import { findWebhookFormat } from '../../../../../functions/core/deliver/webhook/formats/index.ts';

const refusalOf = (format: string, answer: string) => findWebhookFormat(format)?.refusal?.(answer);

describe('an answer with success that says it failed', () => {
  it.each([
    ['slack', '{"ok":false,"error":"channel_not_found"}', 'channel_not_found', false],
    ['slack', '{"ok":false,"error":"ratelimited"}', 'ratelimited', true],
    [
      'template',
      '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}',
      'Bad Request: chat not found',
      false,
    ],
    [
      'template',
      '{"errcode":310000,"errmsg":"keywords not in content"}',
      '310000 keywords not in content',
      false,
    ],
    ['template', '{"errcode":130101,"errmsg":"send too fast"}', '130101 send too fast', true],
    ['template', '{"errcode":45009,"errmsg":"api freq out of limit"}', '45009 api freq out of limit', true],
    ['template', '{"code":19024,"msg":"Key Words Not Found","data":{}}', '19024 Key Words Not Found', false],
    [
      'microsoft-teams',
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
      'Microsoft Teams endpoint returned HTTP error 429',
      true,
    ],
    [
      'microsoft-teams',
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 403',
      'Microsoft Teams endpoint returned HTTP error 403',
      false,
    ],
    [
      'splunk-hec',
      '{"text":"Incorrect index","code":7,"invalid-event-number":1}',
      '7 Incorrect index',
      false,
    ],
    ['splunk-hec', '{"text":"Server is busy","code":9}', '9 Server is busy', true],
    [
      'pagerduty',
      '{"status":"invalid event","message":"Event object is invalid"}',
      'invalid event: Event object is invalid',
      false,
    ],
  ])('%s: %s', (format, answer, words, isBusy) => {
    const refusal = refusalOf(format, answer);
    expect(refusal?.words).toBe(words);
    expect(refusal?.isBusy === true).toBe(isBusy);
  });
});

describe('an answer with success that is one', () => {
  it.each([
    ['slack', 'ok'],
    ['slack', '{"ok":true}'],
    ['microsoft-teams', '1'],
    ['microsoft-teams', ''],
    ['splunk-hec', '{"text":"Success","code":0}'],
    ['splunk-hec', '{"text":"HEC is healthy","code":17}'],
    ['pagerduty', '{"status":"success","message":"Event processed","dedup_key":"k"}'],
    ['template', '{"errcode":0,"errmsg":"ok"}'],
    ['template', '{"code":0,"msg":"success","data":{}}'],
    ['template', '{"code":200,"msg":"done"}'],
    ['template', '{"id":1,"ok":"false"}'],
    ['template', '<html>ok: false</html>'],
    ['template', '{"errcode": 310000, "errmsg": "cut in the mid'],
    ['template', 'null'],
    ['template', '[{"ok":false}]'],
  ])('%s: %s', (format, answer) => {
    expect(refusalOf(format, answer)).toBeUndefined();
  });

  it.each(['tocsin', 'panguard', 'linuxguard', 'cloudevents', 'ocsf', 'discord', 'opsgenie'])(
    '%s: whatever the body says, because no such answer is documented',
    (format) => {
      expect(refusalOf(format, '{"ok":false,"errcode":1,"status":"error","code":7}')).toBeUndefined();
    },
  );
});
