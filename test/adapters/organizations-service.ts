import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Account = { Id: string; Name: string; Tags?: Record<string, string> };

/**
 * AWS Organizations, as far as its API reference says it of ListAccounts and ListTagsForResource: the JSON protocol 1.1 with
 * signed requests, at most 20 accounts a page, pages that are empty before the last one, refusals by `__type` with status 400.
 *
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html,
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html and
 * https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html (2026-11, as excerpted)
 */
export async function organizationsService({
  accounts,
  refusal,
  throttled = 0,
}: {
  accounts: readonly Account[];
  /** Every call is refused with this. */
  refusal?: string;
  /** So many calls are told to slow down before one is answered. */
  throttled?: number;
}) {
  const calls: string[] = [];
  let left = throttled;

  function answer(target: string, input: { MaxResults?: number; NextToken?: string; ResourceId?: string }) {
    if (refusal !== undefined)
      return { status: 400, body: { __type: refusal, Message: `refused: ${refusal}` } };
    if (left > 0) {
      left -= 1;
      return {
        status: 400,
        body: { __type: 'TooManyRequestsException', Message: 'Rate exceeded', Type: 'ACCOUNT' },
      };
    }
    const from = Number(input.NextToken ?? 0);
    if (target === 'ListAccounts') {
      const most = input.MaxResults ?? 20;
      if (most < 1 || most > 20) return { status: 400, body: { __type: 'InvalidInputException' } };
      // The second page is empty, and not the last one.
      const page = from === 1 ? [] : accounts.slice(Math.max(0, from - 2), Math.max(0, from - 2) + most);
      const next = from === 0 ? 1 : from === 1 ? 2 + most : from + most;
      const isOver = from !== 0 && next - 2 >= accounts.length;
      const shown = page.map(({ Id, Name }) => ({
        Id,
        Name,
        Email: `root+${Id}@example.com`,
        Status: 'ACTIVE',
      }));
      return { status: 200, body: { Accounts: shown, ...(!isOver && { NextToken: String(next) }) } };
    }
    const account = accounts.find(({ Id }) => Id === input.ResourceId);
    if (account === undefined) return { status: 400, body: { __type: 'TargetNotFoundException' } };
    const tags = Object.entries(account.Tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    // One tag a page: whoever reads the first page alone misses the rest.
    const Tags = tags.slice(from, from + 1);
    return { status: 200, body: { Tags, ...(from + 1 < tags.length && { NextToken: String(from + 1) }) } };
  }

  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const target = String(request.headers['x-amz-target']).replace('AWSOrganizationsV20161128.', '');
      calls.push(target);
      const isSigned = /Credential=[^,]*\/organizations\/aws4_request/u.test(
        request.headers.authorization ?? '',
      );
      const answered = isSigned
        ? answer(target, JSON.parse(body) as object)
        : { status: 400, body: { __type: 'MissingAuthenticationTokenException' } };
      response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answered.body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    calls,
    close: async () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
