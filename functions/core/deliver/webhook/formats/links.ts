import type { Alert } from '../../../model/wire/alert.ts';

/** A link of an alert that is safe to show: what it is for, where it leads, and the host to say so. */
type SafeLink = { rel: string; url: string; host: string };

const MAX_URL_LENGTH = 2_000;

/**
 * Links from alert data are only ever absolute http(s) URLs without user information, since `https://bank.example@evil.example`
 * reads as the wrong host. Each one once, in the order that the alert has them, remediation last.
 */
export function safeLinks(alert: Alert): SafeLink[] {
  const given = [
    ...(alert.links ?? []),
    ...(alert.rule?.url === undefined ? [] : [{ rel: 'rule', url: alert.rule.url }]),
    ...(alert.remediation?.url === undefined ? [] : [{ rel: 'remediation', url: alert.remediation.url }]),
  ];
  const seen = new Set<string>();
  return given.flatMap(({ rel, url }) => {
    const parsed = webUrl(url);
    if (parsed === undefined || seen.has(parsed.href)) return [];
    seen.add(parsed.href);
    return [{ rel, url: parsed.href, host: parsed.hostname }];
  });
}

/** Where the sender shows the alert: its `console` link, else its first one, else nothing. */
export function consoleUrl(alert: Alert): string {
  const links = (alert.links ?? []).filter(({ url }) => webUrl(url) !== undefined);
  return (links.find(({ rel }) => rel === 'console') ?? links[0])?.url ?? '';
}

function webUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  if (url.username !== '' || url.password !== '' || url.href.length > MAX_URL_LENGTH) return undefined;
  return url;
}
