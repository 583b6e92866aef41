import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { unsubscribeToken } from '../../functions/core/signing/unsubscribe-token.ts';
import { pageErrors } from '../../functions/handlers/middleware/page-errors.ts';
import { unsubscribeHandler } from '../../functions/handlers/unsubscribe-handler.ts';
import {
  aMailDestination,
  memoryAlerts,
  memorySuppressions,
} from '../core/recipients/memory-suppressions.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const FORM = 'application/x-www-form-urlencoded';

function aHandler() {
  const destination = aMailDestination();
  const suppressions = memorySuppressions();
  const logged: [string, Record<string, unknown>][] = [];
  const handle = unsubscribeHandler({
    destinations: { find: async () => destination },
    suppressions,
    alerts: memoryAlerts(),
    keys: { keys: async () => ({ current: 'key' }) },
    clock: { now: () => NOW },
    tenantId: 'Tocsin',
    log: { info: (event, fields) => logged.push([event, fields]), error: () => {} },
  });
  const token = unsubscribeToken(
    { current: 'key' },
    { destinationId: destination.id, address: 'ana@example.com', decidedMs: NOW },
  );
  const isSuppressed = async () => (await suppressions.find(destination.id, 'ana@example.com')) !== undefined;
  return { handle, token, isSuppressed, logged };
}

function request(
  method: string,
  token: string,
  { body, type, isBase64 = true }: { body?: string; type?: string; isBase64?: boolean } = {},
): APIGatewayProxyEventV2 {
  return {
    headers: type === undefined ? {} : { 'content-type': type },
    pathParameters: { token },
    requestContext: { http: { method }, requestId: 'r' },
    isBase64Encoded: isBase64,
    ...(body !== undefined && { body: isBase64 ? Buffer.from(body).toString('base64') : body }),
  } as unknown as APIGatewayProxyEventV2;
}

const MULTIPART = [
  '--b0undary',
  'Content-Disposition: form-data; name="List-Unsubscribe"',
  '',
  'One-Click',
  '--b0undary--',
  '',
].join('\r\n');

describe('POST on the link', () => {
  it.each([
    ['one-click as a form', 'List-Unsubscribe=One-Click', FORM, true],
    ['one-click as plain text of the event', 'List-Unsubscribe=One-Click', FORM, false],
    ['one-click as a form with a charset', 'List-Unsubscribe=One-Click', `${FORM}; charset=UTF-8`, true],
    ['one-click as multipart', MULTIPART, 'multipart/form-data; boundary=b0undary', true],
    ['one-click as multipart, quoted', MULTIPART, 'multipart/form-data; boundary="b0undary"', true],
    ['the button of the page', 'confirm=yes', FORM, true],
  ])('%s unsubscribes, without cookie or redirect', async (_name, body, type, isBase64) => {
    const { handle, token, isSuppressed } = aHandler();
    const answer = await handle(request('POST', token, { body, type, isBase64 }));
    expect(answer.statusCode).toBe(200);
    expect(answer).not.toHaveProperty('cookies');
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.body).toContain('You are unsubscribed');
    expect(await isSuppressed()).toBe(true);
  });

  it.each([
    ['nothing', undefined, undefined],
    ['something else', 'a=b', FORM],
    ['the field without its value', 'List-Unsubscribe=', FORM],
    ['multipart without a boundary', MULTIPART, 'multipart/form-data'],
    ['multipart with another boundary', MULTIPART, 'multipart/form-data; boundary=x'],
  ])('with %s does not', async (_name, body, type) => {
    const { handle, token, isSuppressed } = aHandler();
    const answer = await handle(
      request('POST', token, { ...(body !== undefined && { body }), ...(type !== undefined && { type }) }),
    );
    expect(answer.statusCode).toBe(400);
    expect(await isSuppressed()).toBe(false);
  });

  it('with a body far too large does not', async () => {
    const { handle, token, isSuppressed } = aHandler();
    const body = `List-Unsubscribe=One-Click&x=${'a'.repeat(20_000)}`;
    expect((await handle(request('POST', token, { body, type: FORM }))).statusCode).toBe(413);
    expect(await isSuppressed()).toBe(false);
  });

  it('logs what it came to, and neither token nor address', async () => {
    const { handle, token, logged } = aHandler();
    await handle(request('POST', token, { body: 'confirm=yes', type: FORM }));
    expect(logged).toEqual([
      [
        'recipient.unsubscribe-asked',
        { by: 'page', state: 'left', destinationId: 'dst_oncall', isChange: true },
      ],
    ]);
  });
});

describe('the other methods', () => {
  it.each(['GET', 'HEAD'])('%s only shows', async (method) => {
    const { handle, token, isSuppressed } = aHandler();
    const answer = await handle(request(method, token));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('<button');
    expect(await isSuppressed()).toBe(false);
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('%s is refused with what is allowed', async (method) => {
    const { handle, token, isSuppressed } = aHandler();
    const answer = await handle(request(method, token, { body: 'confirm=yes', type: FORM }));
    expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, POST' } });
    expect(await isSuppressed()).toBe(false);
  });
});

describe('a failure of ours', () => {
  it('is a page with 503 that tells nothing of it, and is logged', async () => {
    const errors: unknown[] = [];
    const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
      .use(pageErrors({ info: () => {}, error: (_event, { error }) => errors.push(error) }))
      .handler(async () => Promise.reject(new Error('table Tocsin-xyz is away')));
    const answer = await handler(request('GET', 't'), {} as Context);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } });
    expect(answer.body).not.toContain('Tocsin-xyz');
    expect(errors).toHaveLength(1);
  });
});
