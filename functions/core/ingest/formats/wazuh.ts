import {
  fieldsAt,
  filled,
  instant,
  listed,
  optional,
  pickTexts,
  text,
  texts,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromWazuh } from '../severity-scales.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * Wazuh alerts as `alerts.json` holds them and a custom integration posts them. Nothing ever resolves.
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
const ADDRESSES = ['srcip', 'dstip', 'src_ip', 'dest_ip'];
const USERS = ['dstuser', 'srcuser'];

function readWazuh(record: Fields): AlertDraft {
  const rule = fieldsAt(record, 'rule');
  const data = fieldsAt(record, 'data');
  const agent = pickTexts(record['agent'], ['id', 'name']);
  const agentAddress = text(fieldsAt(record, 'agent')['ip']);
  const ruleId = text(rule['id']);
  const description = text(rule['description']);
  const addresses = texts(ADDRESSES.map((field) => data[field]));
  const place = agent['name'] ?? agent['id'];
  return {
    type: `wazuh.${texts(rule['groups'])[0] ?? 'alert'}`,
    ...graded(rule['level'], severityFromWazuh),
    ...optional(
      'title',
      description === undefined
        ? text(record['full_log'])?.split('\n', 1)[0]
        : description + (place === undefined ? '' : ` on ${place}`),
    ),
    ...optional('description', description),
    ...optional('event_time', instant(record['timestamp'])),
    ...optional('source_alert_id', text(record['id'])),
    // The same rule at the same agent, about the same address, is the same condition.
    ...(ruleId !== undefined && {
      dedup_key: ['wazuh', agent['id'] ?? '', ruleId, addresses[0] ?? ''].join(':'),
    }),
    rule: { ...optional('id', ruleId), ...optional('name', description) },
    ...listed('mitre', texts(fieldsAt(rule, 'mitre')['id'])),
    ...listed('resources', [Object.keys(agent).length === 0 ? undefined : { type: 'host', ...agent }]),
    ...listed(
      'actors',
      texts(USERS.map((field) => data[field])).map((name) => ({ type: 'user', name })),
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
    details: withoutSecrets(
      filled({
        ...without(record, ...KNOWN),
        agent_ip: agentAddress,
        rule: filled(without(rule, ...KNOWN_RULE)),
        mitre: filled(without(fieldsAt(rule, 'mitre'), 'id')),
      }),
    ),
  };
}
