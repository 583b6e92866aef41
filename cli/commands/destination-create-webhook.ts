import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { withConfidentialInput } from '../confidential-input.ts';
import { addSettings } from '../config/settings.ts';
import { prepareWebhook, storeWebhook, type WebhookOptions } from '../destination/create-webhook.ts';
import { createdWebhookView, describeCreatedWebhook } from '../destination/describe-webhook.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { TOCSIN } from '../words/hint.ts';

export const addDestinationCreateWebhook: CommandFile = (group, run) => {
  addCommand<WebhookOptions>(group, run, {
    name: 'webhook',
    summary: 'Send alerts to an HTTPS URL; prints the secret that the receiver verifies with, once',
    examples: [
      'tocsin destination create webhook --name siem --url https://siem.example.com/hook',
      'tocsin destination create webhook --name legacy --url https://soc.example.com/in --profile panguard --retry persistent',
      "tocsin destination create webhook --name internal --url https://hooks.example.com/x --ca-file ca.pem --custom-header 'X-Team: blue'",
      'pass show slack-url | tocsin destination create webhook --name chat --url-stdin --format slack --min-severity high',
      'pass show pagerduty | tocsin destination create webhook --name pager --url https://events.pagerduty.com/v2/enqueue --format pagerduty --secret-stdin',
    ],
    options(command) {
      addSettings(command, 'create', { list: WEBHOOK_SETTINGS });
    },
    async run(session, options) {
      const prepared = await prepareWebhook(session, await withConfidentialInput(session, options));
      const destination = await storeWebhook(session, prepared);
      return {
        json: createdWebhookView(destination, prepared.secret),
        text: `${describeCreatedWebhook(session, destination, prepared)}\n\nTry it: ${TOCSIN} destination test ${shellWord(destination.name)}`,
      };
    },
  });
};
