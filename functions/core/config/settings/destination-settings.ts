import { CHANNELS } from '../../model/config/destination.ts';
import { SEVERITIES } from '../../model/wire/severity.ts';
import { choice, minSeverity, name } from './schemas.ts';
import type { Destination } from '../../model/config/destination.ts';
import type { Setting, Settings } from './setting.ts';

/** What every destination has, whatever its channel. */
export const CHANNEL = { schema: choice(CHANNELS) } as const satisfies Setting<Destination>;

export const NAME = {
  schema: name,
  options: [
    {
      flag: '--name <name>',
      help: 'what you call it',
      updateHelp: 'call it something else',
      isRequired: true,
      question: { message: 'Name, as you will call it' },
    },
  ],
} as const satisfies Setting<Destination>;

export const MIN_SEVERITY = {
  schema: minSeverity,
  options: [
    {
      flag: '--min-severity <severity>',
      help: `only this severity and above: ${SEVERITIES.slice(0, -1).join(', ')} or critical`,
      updateHelp: 'only this severity and above; any for every severity',
      question: {
        message: 'Which alerts does it take?',
        left: 'every',
        choices: [
          { value: 'every', name: 'every severity' },
          { value: 'low', name: 'low and above' },
          { value: 'medium', name: 'medium and above' },
          { value: 'high', name: 'high and above' },
          { value: 'critical', name: 'critical only' },
        ],
      },
    },
  ],
  none: 'any',
  json: { key: 'min_severity', of: ({ minSeverity: minimum }) => minimum ?? null },
  line: {
    label: 'takes',
    of: ({ minSeverity: minimum }) => (minimum === undefined ? 'every severity' : `${minimum} and above`),
  },
} as const satisfies Setting<Pick<Destination, 'minSeverity'>>;

/** What both channels have. */
export const DESTINATION_SETTINGS = {
  name: NAME,
  minSeverity: MIN_SEVERITY,
} as const satisfies Settings<Destination>;
