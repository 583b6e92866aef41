import { AWS_DOCUMENTATION, AWS_PAGE_HOSTS } from '../../../model/config/aws-partition.ts';
import type { Alert } from '../../../model/wire/alert.ts';
import { webAddress } from './escape.ts';
import { ours, type ShownText } from './shown-text.ts';

declare const live: unique symbol;
/** An address that may be opened from a mail: https, and its host is the vendor's own or one that the operator named. */
type LiveUrl = string & { readonly [live]: true };
/** What a reader taps: the host, so that he knows where it leads. */
export type LiveLink = { label: ShownText; url: LiveUrl };

/** Longer addresses are cut by mail programs, and half a link leads somewhere else. */
const MAX_URL_CHARACTERS = 2_000;

/**
 * The hosts that a vendor keeps its alerts and documentation on, by the format of its payloads; `*.` is any name below. A vendor that
 * everybody runs himself (Alertmanager, Wazuh, Falco) has none: `--link-host` of the source names it.
 */
const VENDOR_HOSTS: Readonly<Record<string, readonly string[]>> = {
  github: ['github.com', 'docs.github.com', '*.ghe.com'],
  guardduty: AWS_PAGE_HOSTS,
  'security-hub': AWS_PAGE_HOSTS,
  'cloudwatch-alarm': AWS_PAGE_HOSTS,
  grafana: ['*.grafana.net'],
  okta: ['*.okta.com', '*.okta-emea.com', '*.oktapreview.com'],
  'pagerduty-events': ['*.pagerduty.com'],
  sentry: ['sentry.io', '*.sentry.io'],
  snyk: ['snyk.io', '*.snyk.io'],
};

/** The address as a live link, or undefined: then it is shown as text, taken apart. */
export function liveLink(
  address: string | undefined,
  { source }: Pick<Alert, 'source'>,
): LiveLink | undefined {
  const hosts = Object.hasOwn(VENDOR_HOSTS, source.format) ? (VENDOR_HOSTS[source.format] ?? []) : [];
  return linkTo(address, [...hosts, ...(source.link_hosts ?? [])]);
}

/** A page of a vendor's documentation that a table of ours, or an operator, names. */
export function documentationLink(address: string): LiveLink | undefined {
  return linkTo(address, [AWS_DOCUMENTATION, 'docs.github.com']);
}

function linkTo(address: string | undefined, hosts: readonly string[]): LiveLink | undefined {
  const url = URL.parse(address ?? '');
  if (url === null || url.protocol !== 'https:' || url.href.length > MAX_URL_CHARACTERS) return undefined;
  // A name in front of the host, or another port, is not the vendor's.
  if (url.username !== '' || url.password !== '' || url.port !== '') return undefined;
  const isAllowed = hosts.some((host) =>
    host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host,
  );
  if (!isAllowed) return undefined;
  return { label: ours(url.hostname), url: webAddress(url.href) as LiveUrl };
}
