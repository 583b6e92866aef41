import { quoted, type Problem } from './problem.ts';

const MAX_HOSTS = 20;
/** A name of a host, or `*.` and a name of at least two labels: `*.com` would be everybody. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;

/** Hosts that mails may link to, in lower case; `['none']` is the empty list. */
export function readLinkHosts(value: unknown, problems: Problem[]): string[] {
  const given = Array.isArray(value) ? [...new Set(value.map((host) => String(host).toLowerCase()))] : [];
  if (given.length === 1 && given[0] === 'none') return [];
  if (given.length > MAX_HOSTS) {
    problems.push({ path: '', message: `has ${given.length} hosts; expected at most ${MAX_HOSTS}` });
  }
  for (const host of given.slice(0, MAX_HOSTS)) {
    if (!isLinkHost(host)) {
      problems.push({
        path: '',
        message: `${quoted(host)} is not a host; expected a name as in its https address, such as grafana.example.com or *.example.com`,
      });
    }
  }
  return given;
}

/** `grafana.example.com`, `*.example.com` */
export function isLinkHost(host: string): boolean {
  const name = host.startsWith('*.') ? host.slice(2) : host;
  const isTooWide = host.startsWith('*.') && !name.includes('.');
  return HOST.test(name) && !isTooWide && host.length <= 253;
}
