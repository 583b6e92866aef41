import { alertmanager } from './alertmanager.ts';
import { awsEvent } from './aws-event.ts';
import { cloudevents } from './cloudevents.ts';
import { cloudwatchAlarm } from './cloudwatch-alarm.ts';
import { falco } from './falco.ts';
import type { Format } from './format.ts';
import { generic } from './generic.ts';
import { github } from './github.ts';
import { grafana } from './grafana.ts';
import { guardduty } from './guardduty.ts';
import { linuxguard } from './linuxguard.ts';
import { mapping } from './mapping.ts';
import { ocsf } from './ocsf.ts';
import { okta } from './okta.ts';
import { pagerdutyEvents } from './pagerduty-events.ts';
import { panguard } from './panguard.ts';
import { plainText } from './plain-text.ts';
import { securityHub } from './security-hub.ts';
import { sentry } from './sentry.ts';
import { snyk } from './snyk.ts';
import { wazuh } from './wazuh.ts';

/** Every payload shape that can come in, by name; our own first, then by name, then what fits anything. */
export const FORMATS: readonly Format[] = [
  generic,
  alertmanager,
  awsEvent,
  cloudevents,
  cloudwatchAlarm,
  falco,
  github,
  grafana,
  guardduty,
  linuxguard,
  ocsf,
  okta,
  pagerdutyEvents,
  panguard,
  securityHub,
  sentry,
  snyk,
  wazuh,
  plainText,
  mapping,
];

export function findFormat(name: string): Format | undefined {
  return FORMATS.find((format) => format.name === name);
}
