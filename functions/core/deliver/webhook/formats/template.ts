import type { Alert } from '../../../model/wire/alert.ts';
import { errorCode, notOk } from './answer-refusals.ts';
import type { RenderContext, WebhookFormat } from './format.ts';
import { fillTemplate, parseTemplate } from '../../../text/json-template.ts';

/** Beyond this, what the placeholders stand for is cut. */
const MAX_BYTES = 512_000;
const SHORT = { text: 1_000, json: 2_000 };

/**
 * A body that the operator wrote: JSON with placeholders, kept in the destination's configuration.
 *
 * ```json
 * {"summary": "{{severity}}: {{title}}", "address": "{{details.source_ip}}", "everything": {{json details}}}
 * ```
 */
export const template: WebhookFormat = {
  name: 'template',
  summary: 'JSON of your own, with placeholders (--template-file)',
  contentType: 'application/json',
  // A template goes to chats that have no format of their own; most of them answer everything with 200.
  refusal: (answer) => errorCode(answer) ?? notOk(answer),
  render(alert, context) {
    const text = context.destination.template;
    if (text === undefined) throw new Error(`destination "${context.destination.name}" has no template`);
    const parsed = parseTemplate(text);
    if (!parsed.ok)
      throw new Error(`the template of destination "${context.destination.name}" ${parsed.problem}`);
    const view = viewOf(alert, context);
    const body = JSON.stringify(fillTemplate(parsed.template, view));
    return Buffer.byteLength(body) <= MAX_BYTES
      ? body
      : JSON.stringify(fillTemplate(parsed.template, view, SHORT));
  },
};

/** The names of placeholders: the fields of the alert, and two more words. */
function viewOf(
  alert: Alert,
  { deliveryId, createdAt, destination }: RenderContext,
): Record<string, unknown> {
  return {
    ...alert,
    delivery: { id: deliveryId, created_at: createdAt },
    destination: { id: destination.id, name: destination.name },
  };
}
