import { readFileSync } from 'node:fs';

/**
 * Runs one bundle in a fresh process: `first-call.ts BUNDLE FILE`, the file with the JSON of an event. Prints the CPU microseconds of the
 * process until its first call was answered, and the answer, as JSON to stderr; what the function logs goes to stdout.
 */
const [bundle = '', file = ''] = process.argv.slice(2);
type Handler = (event: unknown, context: unknown) => Promise<unknown>;
// Through `module`, so that the bundler of this script leaves the path alone.
const { handler } = module.require(bundle) as { handler: Handler };

async function call(): Promise<void> {
  const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 10_000 };
  const answer = await handler(JSON.parse(readFileSync(file, 'utf8')), context);
  const { user, system } = process.cpuUsage();
  process.stderr.write(JSON.stringify({ cpuUs: user + system, answer }));
  process.exit(0);
}

void call();
