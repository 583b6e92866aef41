import type { AlertStatus } from '../../model/wire/alert.ts';
import {
  fieldsAt,
  filled,
  instant,
  isFields,
  listed,
  optional,
  pickTexts,
  text,
  texts,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromWazuh } from '../severity-scales.ts';
import { statusFromWord } from '../status-words.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * Wazuh alerts as `alerts.json` holds them and a custom integration posts them. A vulnerability that was solved resolves, and so
 * does a check of configuration that passes; nothing else ever does.
 *
 * The mapping of the level 0..16 is ours: 0-3 info, 4-6 low, 7-11 medium, 12-14 high, 15 and 16 critical.
 * https://documentation.wazuh.com/current/user-manual/manager/integration-with-external-apis.html and
 * https://documentation.wazuh.com/current/user-manual/ruleset/rules/rules-classification.html (2026-11-21)
 */
export const wazuh: Format = {
  name: 'wazuh',
  summary: 'Wazuh alerts, posted by a custom integration',
  preset: { auth: { type: 'bearer' } },
  read: readWazuh,
};

const KNOWN = ['timestamp', 'rule', 'agent', 'id'];
const KNOWN_RULE = ['level', 'description', 'id', 'mitre'];
/** Rules about vulnerabilities and configuration say by a word whether it still holds. */
function statusOf(data: Fields): AlertStatus | undefined {
  const word =
    text(fieldsAt(data, 'vulnerability')['status']) ??
    text(fieldsAt(data, 'sca', 'check')['result']) ??
    text(fieldsAt(data, 'sca', 'check')['status']);
  return statusFromWord(word);
}

/**
 * What a person would call another condition under the same rule at the same agent: another vulnerability, file, check, address
 * or user. The rule that says that a vulnerability was solved is another one than the rule that found it.
 */
function keyOf(record: Fields, ruleId: string | undefined): string | undefined {
  const data = fieldsAt(record, 'data');
  const agent = text(fieldsAt(record, 'agent')['id']) ?? '';
  const vulnerability = fieldsAt(data, 'vulnerability');
  const cve = text(vulnerability['cve']) ?? text(vulnerability['id']);
  if (cve !== undefined) {
    return [
      'wazuh',
      agent,
      'vulnerability',
      cve,
      text(fieldsAt(vulnerability, 'package')['name']) ?? '',
    ].join(':');
  }
  const check = text(fieldsAt(data, 'sca', 'check')['id']);
  if (check !== undefined) {
    return [
      'wazuh',
      agent,
      'sca',
      text(fieldsAt(data, 'sca')['policy_id']) ?? text(fieldsAt(data, 'sca')['policy']) ?? '',
      check,
    ].join(':');
  }
  if (ruleId === undefined) return undefined;
  const address = addressesIn(data)[0];
  const subjects = [
    address,
    text(fieldsAt(record, 'syscheck')['path']),
    text(data['file']) ?? text(fieldsAt(data, 'virustotal', 'source')['file']),
    text(data['title']),
    // From one address somebody tries many users: that is one condition.
    address === undefined ? usersIn(data)[0] : undefined,
  ];
  const last = subjects.findLastIndex((subject) => subject !== undefined);
  return [
    'wazuh',
    agent,
    ruleId,
    ...subjects.slice(0, Math.max(1, last + 1)).map((subject) => subject ?? ''),
  ].join(':');
}

const ADDRESSES = ['srcip', 'dstip', 'src_ip', 'dest_ip'];
const USERS = ['dstuser', 'srcuser'];
/** Where Wazuh's modules for Windows, AWS, Office 365, Azure, GitHub and Google keep the same. */
const NESTED_ADDRESSES: readonly (readonly string[])[] = [
  ['win', 'eventdata', 'ipAddress'],
  ['aws', 'sourceIPAddress'],
  ['aws', 'source_ip_address'],
  ['office365', 'ClientIP'],
  ['azure', 'callerIpAddress'],
  ['github', 'actor_ip'],
  ['gcp', 'protoPayload', 'requestMetadata', 'callerIp'],
];
const NESTED_USERS: readonly (readonly string[])[] = [
  ['win', 'eventdata', 'targetUserName'],
  ['win', 'eventdata', 'subjectUserName'],
  ['aws', 'userIdentity', 'userName'],
  ['office365', 'UserId'],
  ['github', 'actor'],
  ['gcp', 'protoPayload', 'authenticationInfo', 'principalEmail'],
];

function addressesIn(data: Fields): string[] {
  return [...texts(ADDRESSES.map((field) => data[field])), ...nested(data, NESTED_ADDRESSES)].filter(
    // Windows writes a dash where there is none.
    (address) => address !== '-',
  );
}

function usersIn(data: Fields): string[] {
  return [...texts(USERS.map((field) => data[field])), ...nested(data, NESTED_USERS)];
}

function nested(data: Fields, paths: readonly (readonly string[])[]): string[] {
  return texts(paths.map((path) => fieldsAt(data, ...path.slice(0, -1))[path.at(-1) ?? '']));
}

/**
 * The alert itself: below `all_fields` in what Wazuh's own integration with Shuffle posts, and in Wazuh's words where OSSEC sent it.
 *
 * https://github.com/wazuh/wazuh/blob/main/integrations/shuffle.py and
 * https://www.ossec.net/docs/docs/manual/output/json-alert-log-output.html
 */
function alertIn(given: Fields): Fields {
  const whole = given['all_fields'];
  if (isFields(whole) && isFields(whole['rule']))
    return { id: given['id'], timestamp: given['timestamp'], ...whole };
  const { crit, id, description, message, component, classification, ...data } = given;
  if (crit === undefined || given['rule'] !== undefined) return given;
  const agent = /^\(([^)]+)\)/u.exec(text(component) ?? '')?.[1];
  return {
    rule: { level: crit, id, description, groups: texts(text(classification)?.split(',')) },
    agent: optional('name', agent),
    full_log: message,
    location: component,
    data: { ...data, ...optional('srcip', text(data['src_ip'])), ...optional('srcuser', text(data['acct'])) },
  };
}

function readWazuh(given: Fields): AlertDraft {
  const record = alertIn(given);
  const rule = fieldsAt(record, 'rule');
  if (rule['level'] === undefined && record['full_log'] === undefined) {
    return { ...readUsual(record), type: 'wazuh.alert', labels: {} };
  }
  const data = fieldsAt(record, 'data');
  const agent = pickTexts(record['agent'], ['id', 'name']);
  const agentAddress = text(fieldsAt(record, 'agent')['ip']);
  const ruleId = text(rule['id']);
  const status = statusOf(data);
  const reference = webUrl(texts(fieldsAt(data, 'vulnerability')['reference'])[0]?.split(/,\s*/u)[0]);
  const file = text(fieldsAt(record, 'syscheck')['path']);
  const description = text(rule['description']);
  const addresses = addressesIn(data);
  const place = agent['name'] ?? agent['id'];
  return {
    type: `wazuh.${texts(rule['groups'])[0] ?? 'alert'}`,
    ...optional('status', status),
    // The rule that tells the end has the level of good news; the severity it was told with stands.
    ...(status !== 'resolved' && graded(rule['level'], severityFromWazuh)),
    ...optional(
      'title',
      description === undefined
        ? text(record['full_log'])?.split('\n', 1)[0]
        : place === undefined
          ? description
          : `${description.replace(/\.\s*$/u, '')} on ${place}`,
    ),
    ...optional('description', description),
    ...optional('event_time', instant(record['timestamp'])),
    ...optional('source_alert_id', text(record['id'])),
    ...optional('dedup_key', keyOf(record, ruleId)),
    ...(reference !== undefined && { links: [{ rel: 'advisory', url: reference }] }),
    rule: { ...optional('id', ruleId), ...optional('name', description) },
    ...listed('mitre', texts(fieldsAt(rule, 'mitre')['id'])),
    ...listed('resources', [
      Object.keys(agent).length === 0 ? undefined : { type: 'host', ...agent },
      file === undefined ? undefined : { type: 'file', name: file },
    ]),
    ...listed(
      'actors',
      [...new Set(usersIn(data))].map((name) => ({ type: 'user', name })),
    ),
    ...listed(
      'observables',
      [...new Set(addresses)].map((value) => ({ type: 'ip', value })),
    ),
    labels: {
      ...optional('agent', place),
      ...optional('manager', text(fieldsAt(record, 'manager')['name'])),
      ...optional('rule_id', ruleId),
    },
    details: filled({
      ...without(record, ...KNOWN),
      agent_ip: agentAddress,
      rule: filled(without(rule, ...KNOWN_RULE)),
      mitre: filled(without(fieldsAt(rule, 'mitre'), 'id')),
    }),
  };
}
