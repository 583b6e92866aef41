import * as v from 'valibot';
import { storySettings, type StoryTeller } from '../../model/config/story-settings.ts';
import { CHANNELS, CHAT_FORMATS, RESOLVED_CHOICES } from '../../model/config/destination.ts';
import { SEVERITIES } from '../../model/wire/severity.ts';
import { describeRepeat, describeResolved, readRepeat, writeRepeat } from '../parse-repeat.ts';
import { choice, minSeverity, name, reading, yesOrNo } from './schemas.ts';
import type { Destination } from '../../model/config/destination.ts';
import { type SystemAlertTaker, takesSystemAlerts } from '../../model/config/takes-system-alerts.ts';
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

export const REPEAT = {
  schema: v.optional(v.pipe(v.unknown(), reading(readRepeat))),
  options: [
    {
      flag: '--repeat <when>',
      help: 'when one finding is told again: every (each alert), change (severity rises, status changes, or a day is over) or a duration such as 4h in place of the day',
      updateHelp:
        'when one finding is told again: every, change or a duration such as 4h; default for what suits the format',
      usual: `change for ${CHAT_FORMATS.join(', ')}, else every`,
    },
  ],
  written: ({ repeat }) => (repeat === undefined ? undefined : writeRepeat(repeat)),
  none: 'default',
  json: { key: 'repeat', of: (destination) => writeRepeat(storySettings(destination).repeat) },
  line: { label: 'repeats', of: describeRepeat },
} as const satisfies Setting<StoryTeller>;

export const RESOLVED = {
  schema: v.optional(choice(RESOLVED_CHOICES)),
  options: [
    {
      flag: '--resolved <when>',
      help: 'whether the end of a finding is told: if-told (where it was told before), always or never',
      updateHelp:
        'whether the end of a finding is told: if-told, always or never; default for what suits the format',
      usual: 'if-told for mails and chats, else always',
    },
  ],
  none: 'default',
  json: { key: 'resolved', of: (destination) => storySettings(destination).resolved },
  line: { label: 'ends', of: describeResolved },
} as const satisfies Setting<StoryTeller>;

/** Whether the alerts of a flood share messages; the channels say in their own words what that means. */
export const DIGESTS = {
  schema: v.optional(yesOrNo, true),
  options: [
    {
      flag: '--digests <on|off>',
      help: 'whether the alerts of a flood share mails, or messages in a chat (default: on); the hourly limit holds in any case',
      updateHelp: 'whether the alerts of a flood share mails, or messages in a chat',
      words: { on: true, off: false },
    },
  ],
} as const satisfies Setting;

export const SYSTEM_ALERTS = {
  schema: v.optional(yesOrNo),
  options: [
    {
      flag: '--system-alerts <on|off>',
      help: 'whether it is told of Tocsin itself: receivers that fail, sources that are silent',
      updateHelp: 'whether it is told of Tocsin itself; default for all but executives',
      usual: 'on; off for recipients with the role executive',
      words: { on: true, off: false, default: 'default' },
    },
  ],
  none: 'default',
  json: { key: 'system_alerts', of: ({ systemAlerts }) => systemAlerts ?? null },
  line: {
    label: 'of Tocsin',
    of: (destination) => {
      const { systemAlerts } = destination;
      const isTold = takesSystemAlerts(destination);
      const words = isTold ? 'told of Tocsin itself' : 'not told of Tocsin itself';
      if (systemAlerts !== undefined) return words;
      return isTold ? `${words} (the default)` : `${words}: all of it are executives (the default)`;
    },
  },
} as const satisfies Setting<SystemAlertTaker>;

/** What both channels have. */
export const DESTINATION_SETTINGS = {
  name: NAME,
  minSeverity: MIN_SEVERITY,
  repeat: REPEAT,
  resolved: RESOLVED,
  systemAlerts: SYSTEM_ALERTS,
} as const satisfies Settings<Destination>;
