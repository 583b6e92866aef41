import Badge from '@cloudscape-design/components/badge';
import type { BadgeProps } from '@cloudscape-design/components/badge';
import type { Severity } from '../../../functions/core/model/wire/severity.ts';

const COLORS: Record<Severity, NonNullable<BadgeProps['color']>> = {
  critical: 'severity-critical',
  high: 'severity-high',
  medium: 'severity-medium',
  low: 'severity-low',
  info: 'severity-neutral',
};

export function SeverityWord({ severity }: { severity: Severity }) {
  return <Badge color={COLORS[severity]}>{severity}</Badge>;
}
