import type { Pack } from './pack.ts';

const GITHUB = 'https://docs.github.com/en/code-security/how-tos/manage-security-alerts';
const SNYK = 'https://docs.snyk.io';
/** Days without a finding are good news. */
const QUIET = { no_data_alarm: 'off' };

/** Packs for the findings of developers' tools, in words of our own. The pages were looked up on 2026-11-27: GitHub's and Sentry's in the sources of their documentation. */
export const DEVELOPMENT_PACKS: readonly Pack[] = [
  {
    name: 'github',
    summary: 'GitHub: secrets, vulnerable packages and code that it found',
    page: 'github',
    source: { format: 'github', ...QUIET },
    remediation: {
      'github.dependabot_alert*': {
        step: [
          'Open the alert, and see which file brings the package in, and which version has the fix',
          'Merge the pull request of Dependabot; where there is none, update the package by hand',
          'Where no version has a fix: remove the package, or keep the vulnerable part from being reached',
          'Deploy, and check that the alert closes by itself',
        ],
        url: `${GITHUB}/manage-dependabot-alerts/view-dependabot-alerts`,
      },
      'github.secret_scanning_alert*': {
        step: [
          'Revoke the secret at its issuer first, before anything else: it counts as stolen',
          'Create a new one, and give it to whatever used the old one',
          'Search the logs of its issuer for use by others since the commit that brought it in',
          'Close the alert as revoked: GitHub does not close it by itself; turn on push protection for the repository',
        ],
        url: `${GITHUB}/manage-secret-scanning-alerts/resolving-alerts`,
      },
      'github.code_scanning_alert*': {
        step: [
          'Open the alert, and read the path from the input to the line that it names',
          'Ask the author of the code to correct it; the alert closes when the default branch is scanned again',
          'Where it is no danger: dismiss it with the reason, so that it is not told again',
        ],
        url: `${GITHUB}/manage-code-scanning-alerts/resolve-alerts`,
      },
    },
  },
  {
    name: 'snyk',
    summary: 'Snyk: new issues of projects',
    page: 'snyk',
    source: { format: 'snyk', ...QUIET },
    remediation: {
      'snyk.vuln': {
        step: [
          'Open the issue in Snyk, and see which dependency brings the package in',
          'Open a fix pull request from there, or update the dependency by hand',
          'Where no version has a fix: ignore the issue until a day, with the reason, and look again then',
        ],
        url: `${SNYK}/manage-risk/prioritize-issues-for-fixing`,
      },
      'snyk.license': {
        step: [
          'Ask whoever answers for licences whether this one may be used in this product',
          'If not: replace the package by one with another licence',
          'If it may: change the licence policy, so that it is not told again',
        ],
        url: `${SNYK}/manage-risk/policies/license-policies`,
      },
    },
  },
  {
    name: 'sentry',
    summary: 'Sentry: issues and metric alerts of applications',
    page: 'sentry',
    source: { format: 'sentry', ...QUIET },
    remediation: {
      'sentry.issue*': {
        step: [
          'Open the issue, and see since which release it is there and how many users it meets',
          'Where it came with a release: roll that back, or ask who made it',
          'Assign the issue to the team that owns the code; it is told again when it comes back after it was resolved',
        ],
        url: 'https://docs.sentry.io/product/issues/',
      },
      'sentry.*': {
        step: [
          'Open the alert, and see when the metric passed its threshold',
          'Compare that time with releases, and open the issues that are new since then',
          'Where it goes off for nothing: change the threshold or the period of the alert',
        ],
        url: 'https://docs.sentry.io/product/alerts/',
      },
    },
  },
];
