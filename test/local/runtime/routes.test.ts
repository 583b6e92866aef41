import { expect, test } from 'vitest';
import { createRouter } from '../../../local/runtime/http-api/routes.ts';
import type { Route } from '../../../local/runtime/http-api/routes.ts';

const find = createRouter(
  ['$default', 'ANY /a/{proxy+}', 'GET /a/{id}', 'ANY /a/{id}', 'GET /a/fixed', 'POST /a/{id}/x.y'].map(
    (key) => ({ key, lambda: {}, timeoutMs: 1 }) as Route,
  ),
);

test.each([
  ['GET', '/a/fixed', 'GET /a/fixed', {}],
  ['GET', '/a/1', 'GET /a/{id}', { id: '1' }],
  ['POST', '/a/fixed', 'ANY /a/{id}', { id: 'fixed' }],
  ['POST', '/a/1/x.y', 'POST /a/{id}/x.y', { id: '1' }],
  ['POST', '/a/1/xzy', 'ANY /a/{proxy+}', { proxy: '1/xzy' }],
  ['GET', '/a/', '$default', {}],
  ['GET', '/b', '$default', {}],
  ['GET', '/a/%E4%BD%A0%2F', 'GET /a/{id}', { id: '你/' }],
  ['GET', '/a/%zz', 'GET /a/{id}', { id: '%zz' }],
])('%s %s goes to %s', (method, path, key, parameters) => {
  const matched = find(method, path);
  expect(matched?.route.key).toBe(key);
  expect(matched?.pathParameters).toEqual(parameters);
});
