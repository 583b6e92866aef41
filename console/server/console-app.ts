import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { ASSETS_PATH, CONSOLE_ROOT } from '../api/paths.ts';
import type { Problem } from '../api/problem.ts';
import { ANSWER_HEADERS, PAGE_POLICY } from './answer-headers.ts';
import { isSameToken, refusalOf } from './guard.ts';
import { NOT_BUILT } from './not-built.ts';
import { addReads } from './reads.ts';
import type { ConsoleWorld } from './world.ts';

const YEAR_SECONDS = 31_536_000;

/** Whether a path is the console's, and not one of the gateway's API. */
export function isConsolePath(path: string): boolean {
  return path === '/' || path.startsWith(CONSOLE_ROOT);
}

/**
 * The console as an application: its page, and JSON for it.
 *
 * Every answer to `/console/api` needs the token of this start in a cookie. Who opens the page has it: with the URL that was
 * printed (`?token=`), or, where the caller has judged already who asks, by opening it.
 */
export function createConsoleApp(world: ConsoleWorld): Hono {
  const app = new Hono({ strict: true });
  const { files } = world;

  app.use(async (context, next) => {
    const refusal = refusalOf({
      method: context.req.method,
      header: (name) => context.req.header(name),
    });
    if (refusal !== undefined) return problem(refusal.status, refusal.code, refusal.message);
    await next();
    for (const [name, value] of Object.entries(ANSWER_HEADERS)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
    if (!context.res.headers.has('content-security-policy')) {
      context.res.headers.set('content-security-policy', PAGE_POLICY);
    }
    return undefined;
  });

  app.get('/', (context) => {
    const cookie = cookieName(context.req.url);
    const given = context.req.query('token');
    if (given !== undefined && !isSameToken(given, world.token)) {
      return problem(401, 'no-session', OPEN_AS_PRINTED);
    }
    if (given !== undefined || world.opensFor === 'whoever-asks') {
      setCookie(context, cookie, world.token, { httpOnly: true, sameSite: 'Strict', path: '/' });
    }
    // The token is not to stay in the address bar, in the history, or in a picture of the screen.
    if (given !== undefined) return context.redirect('/', 303);
    const index = files.get('index.html');
    return context.body(index?.bytes ?? NOT_BUILT, 200, { 'content-type': 'text/html; charset=utf-8' });
  });

  app.get(`${ASSETS_PATH}:name`, (context) => {
    const found = files.get(`assets/${context.req.param('name')}`);
    if (found === undefined) return context.notFound();
    return context.body(found.bytes, 200, {
      'content-type': found.type,
      'cache-control': `public, max-age=${String(YEAR_SECONDS)}, immutable`,
    });
  });

  app.use(`${CONSOLE_ROOT}api/*`, async (context, next) => {
    if (!isSameToken(getCookie(context, cookieName(context.req.url)), world.token)) {
      return problem(401, 'no-session', OPEN_AS_PRINTED);
    }
    await next();
    return undefined;
  });

  addReads(app, world);
  app.notFound(() => problem(404, 'not-found', 'nothing is here; open the console at /'));
  return app;
}

const OPEN_AS_PRINTED = 'this browser has no session with the console; open the URL that it printed';

/** With the port: two consoles on one machine share the host, and a browser keeps cookies by host. */
function cookieName(url: string): string {
  return `tocsin_console_${new URL(url).port || '80'}`;
}

function problem(status: number, code: string, message: string): Response {
  const body: Problem = { error: { code, message } };
  return Response.json(body, { status, headers: ANSWER_HEADERS });
}
