import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { linesOf } from '../config/settings.ts';
import { shownUrl } from '../../functions/core/deliver/webhook/secret-url.ts';
import { breakerView, describeBreaker } from '../words/breaker.ts';
import { lastChangedBy } from '../caller.ts';
import { addCommand } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { relativeTime } from '../words/time.ts';
import { destinationView } from '../words/views.ts';
import type { Destination, WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { CommandFile } from '../command.ts';
import { TOCSIN } from '../words/hint.ts';

export const addDestinationShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <name>',
    summary: 'Show a destination, by name or id; its secret stays hidden',
    examples: ['tocsin destination show siem'],
    hasView: true,
    async run(session, _options, name = '') {
      const gateway = await session.gateway();
      const { config, endpoints } = gateway;
      const destination = await findConfig(config, 'destination', name);
      const routes = (await config.list('route')).readable.filter((route) =>
        route.destinationIds.includes(destination.id),
      );
      const health = destination.channel === 'webhook' ? await endpoints.find(destination.id) : undefined;
      const { nowMs } = session;
      const by = await lastChangedBy(gateway, 'destination', destination.id);
      return {
        view: { page: 'destinations', id: destination.name },
        json: {
          ...destinationView(destination),
          updated_by: by ?? null,
          ...(destination.channel === 'webhook' && { breaker: breakerView(health, nowMs) }),
        },
        text: renderFields(
          [
            ['name', session.paint('bold', destination.name)],
            ['id', destination.id],
            ['channel', destination.channel],
            [
              'enabled',
              destination.isEnabled ? 'yes' : session.paint('yellow', describeDisabled(destination)),
            ],
            ...channelFields(destination),
            ['breaker', destination.channel === 'webhook' ? describeBreaker(health, nowMs) : undefined],
            ['routes', routes.length === 0 ? 'none names it' : routes.map((route) => route.name).join(', ')],
            [
              'version',
              `${destination.version}, changed ${relativeTime(destination.updatedAt, session.nowMs)}${by === undefined ? '' : ` by ${by}`}`,
            ],
            ['created', relativeTime(destination.createdAt, session.nowMs)],
          ],
          session.paint,
        ),
      };
    },
  });
};

function describeDisabled({ name, pausedBecause }: Destination): string {
  return pausedBecause === undefined
    ? 'no: nothing is sent to it'
    : `no: paused by the gateway, because the receiver answered 410 Gone; mend it, then: ${TOCSIN} destination enable ${shellWord(name)}`;
}

function channelFields(destination: Destination): [string, string | undefined][] {
  if (destination.channel === 'email') {
    const hasPassword = destination.transport !== undefined;
    return [
      ...linesOf(EMAIL_SETTINGS, destination),
      ['password', hasPassword ? '(not shown; rotate to set a new one)' : undefined],
    ];
  }
  return [
    [
      'url',
      destination.hasSecretUrl === true
        ? `${destination.url} (the rest is kept in Secrets Manager)`
        : shownUrl(destination),
    ],
    ['secret', describeSecret(destination)],
    ...linesOf(WEBHOOK_SETTINGS, destination),
    ['template', destination.template?.trim().split('\n').map(inert).join('\n')],
  ];
}

function describeSecret({ auth, hasSecretUrl }: WebhookDestination): string {
  if (auth.type === 'mtls') return 'the key of the certificate (not shown)';
  if (auth.type !== 'none') return '(not shown; rotate to get a new one)';
  return hasSecretUrl === true ? 'the url (not shown)' : 'none';
}
