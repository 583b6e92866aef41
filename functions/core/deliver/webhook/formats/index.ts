import type { WebhookFormat } from './format.ts';
import { cloudevents } from './cloudevents.ts';
import { discord } from './discord.ts';
import { linuxguard } from './linuxguard.ts';
import { microsoftTeams } from './microsoft-teams.ts';
import { ocsf } from './ocsf.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { panguard } from './panguard.ts';
import { slack } from './slack.ts';
import { splunkHec } from './splunk-hec.ts';
import { template } from './template.ts';
import { tocsin } from './tocsin.ts';

/** Every payload shape that can go out, by name. */
export const WEBHOOK_FORMATS: readonly WebhookFormat[] = [
  tocsin,
  panguard,
  linuxguard,
  cloudevents,
  ocsf,
  slack,
  microsoftTeams,
  discord,
  pagerduty,
  opsgenie,
  splunkHec,
  template,
];

/** The format of this name; undefined where it is not known to this version. */
export function findWebhookFormat(name: string): WebhookFormat | undefined {
  return WEBHOOK_FORMATS.find((format) => format.name === name);
}
