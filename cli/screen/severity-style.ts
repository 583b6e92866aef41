import type { Severity } from '../../functions/core/model/wire/severity.ts';
import type { Paint } from './terminal.ts';

/** The word stands there too, so the color is never the only sign. */
export function paintSeverity(severity: Severity, text: string, paint: Paint): string {
  switch (severity) {
    case 'critical':
      return paint(['bold', 'red'], text);
    case 'high':
      return paint('red', text);
    case 'medium':
      return paint('yellow', text);
    case 'low':
    case 'info':
      return text;
  }
}
