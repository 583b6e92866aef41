import type { Refusal } from './format.ts';

/** An answer as JSON object; undefined where it is none, or was cut. */
function objectOf(answer: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `{"ok": false, "error": "channel_not_found"}` of Slack's Web API and of Telegram, which says `description`. Incoming webhooks of
 * Slack answer `ok` as text, and failures with a 4xx.
 *
 * https://docs.slack.dev/apis/web-api and https://core.telegram.org/bots/api#making-requests (2026-11-26)
 */
export function notOk(answer: string): Refusal | undefined {
  const fields = objectOf(answer);
  if (fields?.['ok'] !== false) return undefined;
  const words = textOf(fields['error'] ?? fields['description']);
  return {
    words,
    isBusy: /rate_?limit|too many requests|fatal_error|internal_error|service_unavailable/iu.test(words),
  };
}

/**
 * `{"errcode": 310000, "errmsg": "keywords not in content"}` of DingTalk and WeCom, `{"code": 9499, "msg": "…"}` of Feishu and Lark:
 * always with 200. DingTalk 130101, WeCom 45009 and -1, Feishu 9499 and 11232 mean: too fast, or busy.
 *
 * https://open.dingtalk.com/document/orgapp/custom-robot-access, https://developer.work.weixin.qq.com/document/path/90313 and
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (2026-11-26)
 */
export function errorCode(answer: string): Refusal | undefined {
  const fields = objectOf(answer);
  const code = fields?.['errcode'] ?? feishuCode(fields);
  if (fields === undefined || typeof code !== 'number' || code === 0) return undefined;
  const words = `${String(code)} ${textOf(fields['errmsg'] ?? fields['msg'])}`.trim();
  return { words, isBusy: [130101, 45009, -1, 9499, 11232].includes(code) };
}

/** `code` is a word of many; Feishu's errors have four digits and more, where others tell an HTTP status. */
function feishuCode(fields: Record<string, unknown> | undefined): number | undefined {
  const code = fields?.['code'];
  return typeof code === 'number' && code >= 9_000 && typeof fields?.['msg'] === 'string' ? code : undefined;
}

/**
 * The old connectors of Teams answered a failure behind them with 200 and a sentence; flows that stand in for them do too.
 *
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using, "Rate limiting for
 * connectors" (2026-11-26)
 */
export function teamsSentence(answer: string): Refusal | undefined {
  const match = /Webhook message delivery failed with error: ?([^\r\n]{0,300})/u.exec(answer);
  if (match === null) return undefined;
  const words = match[1] ?? '';
  return { words, isBusy: /\b(?:429|5\d\d)\b/u.test(words) };
}

/** `{"text": "Success", "code": 0}`; any other code is an error. https://help.splunk.com, "Troubleshoot HTTP Event Collector" (2026-11-26) */
export function hecCode(answer: string): Refusal | undefined {
  const fields = objectOf(answer);
  const code = fields?.['code'];
  if (fields === undefined || typeof code !== 'number' || code === 0) return undefined;
  // 9: server is busy. 17, 18, 19 tell of its health, and 24 to 27 of queues that are nearly full.
  if (code >= 17) return undefined;
  return { words: `${String(code)} ${textOf(fields['text'])}`.trim(), isBusy: code === 8 || code === 9 };
}

/** `{"status": "success"}`, "or a short error message in case of a failure" (the OpenAPI document of Events API v2, 2026-11-26). */
export function pagerdutyStatus(answer: string): Refusal | undefined {
  const fields = objectOf(answer);
  const status = fields?.['status'];
  if (fields === undefined || typeof status !== 'string' || /^success$/iu.test(status)) return undefined;
  return { words: [status, textOf(fields['message'])].filter((part) => part !== '').join(': ') };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
