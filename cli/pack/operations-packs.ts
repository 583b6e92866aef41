import type { Pack } from './pack.ts';

const WAZUH = 'https://documentation.wazuh.com/current/user-manual/capabilities';
const OKTA = 'https://support.okta.com/help/s/article/getting-started-with-okta-system-logs';
/** Days without an alert are good news. */
const QUIET = { no_data_alarm: 'off' };

/**
 * Packs for tools that watch machines, services and sign-ins, in words of our own. Wazuh's and Okta's pages were looked up on 2026-11-27; of the first
 * pages of Alertmanager, Grafana and Falco it was looked up that day that public documentation links to them.
 */
export const OPERATIONS_PACKS: readonly Pack[] = [
  {
    name: 'alertmanager',
    summary: 'Prometheus Alertmanager: alerts that fire, and that are over',
    page: 'alertmanager',
    source: { format: 'alertmanager' },
    remediation: {
      'alertmanager.*': {
        step: [
          'Open the runbook of the alert where it names one, and follow it',
          'Open the expression in Prometheus, and see since when it holds, and for which instances',
          'Compare that time with deployments and changes, and correct the cause or roll the change back',
          'While you work on it: silence it, with your name and an end',
        ],
        url: 'https://prometheus.io/docs/alerting/latest/alertmanager/',
      },
    },
  },
  {
    name: 'grafana',
    summary: 'Grafana Alerting: alerts that fire, and that are over',
    page: 'grafana',
    source: { format: 'grafana' },
    remediation: {
      'grafana.*': {
        step: [
          'Open the runbook of the alert where it names one, and follow it',
          'Open the panel of the alert, and see since when the value is beyond its threshold',
          'Where there is no data: check that the data source answers, before you look at the service',
          'While you work on it: silence it, with your name and an end',
        ],
        url: 'https://grafana.com/docs/grafana/latest/alerting/',
      },
    },
  },
  {
    name: 'falco',
    summary: 'Falco: what programs in containers and on hosts should not do',
    page: 'falco',
    source: { format: 'falco', ...QUIET },
    remediation: {
      'falco.*': {
        step: [
          'Ask the owner of the container or host whether somebody worked there at that time',
          'If not: isolate it by a network policy, and leave it running',
          'Keep its log, its list of processes and a copy of its files for the investigation',
          'Replace it from a clean image, and change the secrets that it could read',
          'Where it was expected: add an exception to the rule, for this program only',
        ],
        url: 'https://falco.org/docs/concepts/rules/',
      },
    },
  },
  {
    name: 'wazuh',
    summary: 'Wazuh: alerts of rules, changed files and vulnerabilities of hosts',
    page: 'wazuh',
    source: { format: 'wazuh' },
    remediation: {
      'wazuh.*': {
        step: [
          'Open the host of the alert in the Wazuh dashboard, and read what came before and after it',
          'Ask the owner of the host whether it was expected',
          'If not: block the address, lock the account, and isolate the host where somebody got in',
          'Where it was expected: lower the level of the rule for this host, in local_rules.xml',
        ],
        url: `${WAZUH}/index.html`,
      },
      'wazuh.vulnerability-detector*': {
        step: [
          'Update the package on the host to a version with the fix',
          'Where there is none: keep the service from being reached, or remove the package',
          'Check that Wazuh reports the vulnerability as solved after its next scan',
        ],
        url: `${WAZUH}/vulnerability-detection/index.html`,
      },
      'wazuh.ossec': {
        step: [
          'Ask the owner of the host whether the change belongs to an update or to work of theirs',
          'If not: keep the file, compare it with the one of a backup, and find who changed it',
          'Restore it, and look for other changes of the same time',
        ],
        url: `${WAZUH}/file-integrity/index.html`,
      },
    },
  },
  {
    name: 'okta',
    summary: 'Okta: events of sign-in, of users and of policies',
    page: 'okta',
    // Okta tells each event by itself: repeated events of one user are one finding here.
    source: { format: 'okta', dedup_by: ['type', 'actors.0.id', 'labels.outcome'] },
    remediation: {
      'okta.*': {
        step: [
          'Open the event in the System Log of Okta, and see from where and with which device it was',
          'Ask the user by another way than mail whether it was them',
          'If not: clear their sessions, reset their password and their factors, and read what they did since',
          'Where it was an administrator: have a second one undo what was changed',
        ],
        url: OKTA,
      },
      'okta.user.session.start': {
        step: [
          'See in the System Log whether the sign-ins come from an address and a device that the user has',
          'Many users from one address: block it in a network zone',
          'One user from many addresses: ask them by another way than mail, and reset their password and factors',
        ],
        url: OKTA,
      },
      'okta.user.account.lock*': {
        step: [
          'See in the System Log where the failed sign-ins came from',
          'Where it was the user: unlock them, and help them with a new password',
          'Where it was somebody else: leave it locked, block the address, and ask the user by another way than mail',
        ],
        url: OKTA,
      },
    },
  },
];
