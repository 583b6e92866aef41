import { randomUUID } from 'node:crypto';
import { escapeMarkup } from '../escape-markup.ts';

/** A successful answer of the query protocol (SES v1, STS). */
export function queryAnswer(namespace: string, action: string, result: string): string {
  return `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
}

/** A refusal of the query protocol. */
export function queryError(namespace: string, code: string, message: string): string {
  return `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${escapeMarkup(code)}</Code><Message>${escapeMarkup(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}
