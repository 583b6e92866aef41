import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import type { Settings } from '../../functions/core/config/settings/setting.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { withConfidentialInput } from '../confidential-input.ts';
import { findConfig } from '../config/find-config.ts';
import { addSettings, strayOf } from '../config/settings.ts';
import { changeDestination } from '../destination/change-destination.ts';
import { addNoCheckOption } from '../destination/email-options.ts';
import { missingOfSecret } from '../destination/missing-of-secret.ts';
import { keepSomebodyTold, refuseLastTold } from '../destination/system-alerts.ts';
import { changedEmail, type EmailUpdate } from '../destination/update-email.ts';
import { changedWebhook, type WebhookUpdate } from '../destination/update-webhook.ts';
import { wrongUsage } from '../failure.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';
import { destinationView } from '../words/views.ts';
import { TAKES_EFFECT } from '../words/takes-effect.ts';
import { nameTaken } from '../config/name-taken.ts';

type Options = EmailUpdate & WebhookUpdate;

const LISTS: Record<Destination['channel'], Settings> = {
  email: EMAIL_SETTINGS,
  webhook: WEBHOOK_SETTINGS,
};

export const addDestinationUpdate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'update <name>',
    summary: 'Change a destination; what is not named stays, and attempts under way use the change',
    examples: [
      'tocsin destination update siem --url https://siem2.example.com/hook',
      'tocsin destination update oncall --to ana@example.com,ben@example.com --min-severity high',
      'tocsin destination update oncall --locked duty@example.com --unlocked ana@example.com',
      'tocsin destination update siem --min-severity any --retry persistent',
      'pass show mail | tocsin destination update oncall --transport smtp --smtp-host smtp.example.com --smtp-user alerts@example.com --from alerts@example.com --password-stdin',
      'tocsin destination update chat --url https://hooks.slack.com/services/T0/B0/new',
    ],
    options(command) {
      addSettings(
        command,
        'update',
        { list: WEBHOOK_SETTINGS, word: 'webhook' },
        { list: EMAIL_SETTINGS, word: 'email' },
      );
      addNoCheckOption(command);
    },
    run: updateDestination,
  });
};

async function updateDestination(session: Session, options: Options, name = ''): Promise<CommandResult> {
  // `check` is there unless it is taken away.
  if (Object.keys(options).every((name) => name === 'check'))
    throw wrongUsage(`say what to change; see: ${TOCSIN} destination update --help`);
  const gateway = await session.gateway();
  const before = await findConfig(gateway.config, 'destination', name);
  const other = before.channel === 'email' ? 'webhook' : 'email';
  const foreign = strayOf(LISTS[other], LISTS[before.channel], options);
  if (foreign.length > 0) {
    throw wrongUsage(`${foreign.join(', ')}: does not go with channel ${before.channel}`);
  }
  // Before any secret changes: a change that is refused must leave everything as it was.
  if (
    options.name !== undefined &&
    options.name !== before.name &&
    (await gateway.config.locate('destination', options.name)) !== undefined
  ) {
    throw nameTaken('destination', options.name);
  }
  const changed =
    before.channel === 'email'
      ? await changedEmail(session, gateway, before, options)
      : await changedWebhook(session, gateway, before, await withConfidentialInput(session, options));
  await refuseLastTold(gateway.config, before, changed.settings);
  const after = await changeDestination(session, before, changed);
  await keepSomebodyTold(gateway.config, before, after);
  const missing = changed.secret === undefined ? [] : missingOfSecret(after, changed.secret.after);
  const paused = after.isEnabled
    ? ''
    : ` It is disabled; to resume: ${TOCSIN} destination enable ${shellWord(after.name)}`;
  return {
    json: destinationView(after),
    text: `${session.paint('green', 'Changed')} destination ${session.paint('bold', after.name)}, now version ${after.version}. It takes effect ${TAKES_EFFECT}.${paused}${missing.map((note) => ` ${note}`).join('')}`,
  };
}
