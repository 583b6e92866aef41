import { createHmac, timingSafeEqual } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * The least that could be called an ingest function: one HMAC, one parse, and the alerts as messages, ten to a call of
 * the bundled SDK, as it comes. It promises nothing: no repetition is recognised, nothing is read, checked, limited
 * or normalized, and nothing is packed.
 */
const sqs = new SQSClient({});
const secret = 'a secret of the bench';

export async function handler(event: APIGatewayProxyEventV2): Promise<{ statusCode: number; body: string }> {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(event.headers['x-signature'] ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { statusCode: 401, body: '' };
  }
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  const alerts: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  for (let from = 0; from < alerts.length; from += 10) {
    const Entries = alerts.slice(from, from + 10).map((alert, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(alert),
    }));
    await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: process.env['TOCSIN_ALERTS_QUEUE_URL'], Entries }),
    );
  }
  return { statusCode: 202, body: JSON.stringify({ accepted: alerts.length }) };
}
