/** About 500 bytes. */
export function threatAlert(title: string): object {
  return {
    type: 'threat_alert',
    severity: 'high',
    title,
    description: 'Traffic to an address that is on a threat intelligence list. '.repeat(4),
    labels: { environment: 'prod' },
    details: { source_ip: '203.0.113.50', confidence: 95, rule: 'threat-intel' },
  };
}
