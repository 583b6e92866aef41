import { isSystemAlert, type Alert } from '../../model/wire/alert.ts';
import { withTarget } from '../../text/command-line.ts';

/** The steps of a system alert with commands that can be pasted; of every other alert as its sender wrote them. */
export function pastableSteps(alert: Alert, target: string): Alert {
  const steps = alert.remediation?.steps;
  return steps === undefined || !isSystemAlert(alert)
    ? alert
    : {
        ...alert,
        remediation: { ...alert.remediation, steps: steps.map((step) => withTarget(step, target)) },
      };
}
