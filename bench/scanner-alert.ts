/** About 1 KB, as a scanner sends it. */
export function scannerAlert(index: number): object {
  return {
    type: 'threat_alert',
    severity: 'high',
    title: `Threat Intel Match: 203.0.113.${String(index % 250)}`,
    description: 'An outbound connection to an address that three feeds list as command and control. '.repeat(
      5,
    ),
    event_time: '2026-01-15T14:23:01.000Z',
    labels: { environment: 'prod', team: 'platform' },
    details: {
      source_ip: '203.0.113.50',
      rule: 'sigma/network/c2-communication.yml',
      pid: index,
      user: 'www-data',
    },
    remediation: { steps: ['Isolate the host', 'Rotate its credentials'] },
  };
}
