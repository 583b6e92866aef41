/** `words` stand in front of the name of the rule; `decision` says what somebody decided. */
export type NoData = { words?: string; meaning: string; decision?: string };

/** Reasons for which Grafana ends an alert without having judged its condition. */
const DECISIONS: Readonly<Record<string, string>> = {
  Paused: 'the rule was paused',
  Updated: 'the rule was changed',
  RuleDeleted: 'the rule was deleted',
};

/**
 * Grafana sends an alert too when a rule has no data to judge, or cannot be judged: as an alert rule of its own
 * (`DatasourceNoData`) or with the reason beside it. It is not what the rule is about that happened.
 * https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/nodata-and-error-states/
 */
export function noDataOf(
  labels: Record<string, string>,
  annotations: Record<string, string>,
): NoData | undefined {
  const reason =
    annotations['grafana_state_reason'] ?? labels['grafana_state_reason'] ?? labels['alertname'] ?? '';
  if (/^(?:DatasourceNoData|NoData)\b/u.test(reason)) {
    return {
      words: 'No data',
      meaning: 'The rule got no data, so nobody knows whether its condition holds.',
    };
  }
  if (/^MissingSeries\b/u.test(reason)) {
    return { meaning: 'Grafana ended this alert because its series is gone.' };
  }
  const decision = Object.hasOwn(DECISIONS, reason) ? DECISIONS[reason] : undefined;
  if (decision !== undefined) {
    return {
      decision,
      meaning: `Grafana ended the alert because ${decision}, not because its condition ended.`,
    };
  }
  return /^(?:DatasourceError|Error)\b/u.test(reason)
    ? {
        words: 'Cannot be evaluated',
        meaning: 'The rule could not be evaluated, so nobody knows whether its condition holds.',
      }
    : undefined;
}

export function withNoData(noData: NoData | undefined, name: string | undefined): string | undefined {
  return noData?.words === undefined ? undefined : `${noData.words}: ${name ?? 'a rule'}`;
}
