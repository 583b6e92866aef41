/**
 * The cheapest AWS there is: the answers that ingest needs, on loopback, in a process of its own, so that what it
 * costs is not counted. Prints its URL. Ended by its parent.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { BENCH_SOURCE } from './bench-source.ts';

/** What DynamoDB calls the values of a JSON document. */
function marshalled(value: unknown): unknown {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return {
    M: Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, marshalled(inner)])),
  };
}

const item = JSON.stringify({
  Item: { pk: { S: 'SOURCE' }, sk: { S: BENCH_SOURCE.id }, config: marshalled(BENCH_SOURCE) },
});
const secret = JSON.stringify({
  ARN: 'arn',
  Name: 'secret',
  VersionId: '1',
  SecretString: JSON.stringify({ current: 'a secret of the bench' }),
});

function answer(target: string, body: string): string {
  if (target.endsWith('.GetItem')) return item;
  if (target.endsWith('.GetSecretValue')) return secret;
  if (target.endsWith('.SendMessageBatch')) {
    const { Entries } = JSON.parse(body) as { Entries: { Id: string; MessageBody: string }[] };
    const Successful = Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: md5(MessageBody),
    }));
    return JSON.stringify({ Successful, Failed: [] });
  }
  if (target.endsWith('.SendMessage')) {
    const { MessageBody } = JSON.parse(body) as { MessageBody: string };
    return JSON.stringify({ MessageId: '1', MD5OfMessageBody: md5(MessageBody) });
  }
  return '{}';
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = answer(String(request.headers['x-amz-target']), Buffer.concat(chunks).toString('utf8'));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(
    `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`,
  );
});
