import { createHmac, randomUUID } from 'node:crypto';
import { scannerAlert } from './scanner-alert.ts';

/**
 * Runs one bundle in a fresh process: `invoke-ingest.ts BUNDLE ALERTS_PER_REQUEST WARM REQUESTS`.
 * Prints the CPU microseconds of the measured requests, user and system, as JSON.
 */
const [bundle = '', alertsText = '1', warmText = '0', requestsText = '1'] = process.argv.slice(2);
type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number; body?: string }>;
// Through `module`, so that the bundler of this script leaves the path alone.
const { handler } = module.require(bundle) as { handler: Handler };
// One JSON line per request is part of the work, but not what the pipe's reader does with it.
process.stdout.write = () => true;

function request(count: number): unknown {
  const alerts = Array.from({ length: count }, (_, index) => scannerAlert(index));
  const body = JSON.stringify(count === 1 ? alerts[0] : alerts);
  return {
    version: '2.0',
    rawPath: '/v1/ingest/src_bench',
    rawQueryString: '',
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'idempotency-key': randomUUID(),
      'x-signature': createHmac('sha256', 'a secret of the bench').update(body).digest('hex'),
    },
    pathParameters: { sourceId: 'src_bench' },
    requestContext: { requestId: randomUUID(), http: { method: 'POST', path: '/v1/ingest/src_bench' } },
    body,
    isBase64Encoded: false,
  };
}

async function run(requests: unknown[]): Promise<void> {
  for (const event of requests) {
    const { statusCode, body } = await handler(event, { getRemainingTimeInMillis: () => 10_000 });
    if (statusCode !== 202) {
      throw new Error(`answered ${String(statusCode)}: ${body ?? ''}`);
    }
  }
}

const prepare = (requests: number): unknown[] =>
  Array.from({ length: requests }, () => request(Number(alertsText)));
async function measure(): Promise<void> {
  await run(prepare(Number(warmText)));
  const events = prepare(Number(requestsText));
  const before = process.cpuUsage();
  await run(events);
  const { user, system } = process.cpuUsage(before);
  const whole = process.cpuUsage();
  process.stderr.write(
    `${JSON.stringify({ cpuUs: user + system, processCpuUs: whole.user + whole.system })}\n`,
  );
  process.exit(0);
}

void measure();
