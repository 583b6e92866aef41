import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { ASSETS_PATH, CONSOLE_ROOT } from '../api/paths.ts';
import { addActions } from './actions.ts';
import { ANSWER_HEADERS, PAGE_POLICY } from './answer-headers.ts';
import { isSameToken, refusalOf } from './guard.ts';
import type { LiveChanges } from './live-changes.ts';
import { NOT_BUILT } from './not-built.ts';
import { problem, problemOf } from './problems.ts';
import { addLive } from './read-live.ts';
import { addReads } from './reads.ts';
import type { ConsoleWorld } from './world.ts';

const YEAR_SECONDS = 31_536_000;
/** A payload to explain is at most what the ingestion takes, 1 MiB, and JSON may escape every character of it. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
const OPEN_AS_PRINTED =
  'this browser has no session with the console; open the URL that it printed when it started';

/**
 * The console as an application: its page, and JSON for it.
 *
 * Every answer to `/console/api` needs the token of this start in a cookie. A browser gets the cookie with the URL that was
 * printed (`?token=`), or by opening the page, where the caller has checked the request already.
 */
export function createConsoleApp(world: ConsoleWorld, changes: LiveChanges): Hono {
  const app = new Hono({ strict: true });
  app.onError((error) => problemOf(error, world.tool));
  app.notFound(() => problem(404, 'not-found', 'nothing is here; open the console at /'));
  app.use(async (context, next) => {
    const refusal = refusalOf({
      method: context.req.method,
      header: (name) => context.req.header(name),
    });
    if (refusal !== undefined) return problem(refusal.status, refusal.code, refusal.message);
    await next();
    secure(context);
    return undefined;
  });
  addPage(app, world);
  app.use(`${CONSOLE_ROOT}api/*`, async (context, next) => {
    if (!isSameToken(getCookie(context, cookieName(context.req.url)), world.token)) {
      return problem(401, 'no-session', OPEN_AS_PRINTED);
    }
    await next();
    return undefined;
  });
  app.use(
    `${CONSOLE_ROOT}api/*`,
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => problem(413, 'payload-too-large', 'the request holds more than 2 MiB'),
    }),
  );
  addReads(app, world, changes);
  addActions(app, world, changes);
  addLive(app, world, changes);
  return app;
}

function addPage(app: Hono, { files, token, opensFor }: ConsoleWorld): void {
  app.get('/', (context) => {
    const given = context.req.query('token');
    if (given !== undefined && !isSameToken(given, token)) {
      return problem(401, 'no-session', OPEN_AS_PRINTED);
    }
    if (given !== undefined || opensFor === 'every-request') {
      setCookie(context, cookieName(context.req.url), token, {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
      });
    }
    // A redirect keeps the token out of the address bar, the history and pictures of the screen.
    if (given !== undefined) return context.redirect('/', 303);
    const index = files().get('index.html')?.bytes ?? NOT_BUILT;
    return context.body(index, 200, { 'content-type': 'text/html; charset=utf-8' });
  });
  app.get(`${ASSETS_PATH}:name`, (context) => {
    const found = files().get(`assets/${context.req.param('name')}`);
    if (found === undefined) return context.notFound();
    return context.body(found.bytes, 200, {
      'content-type': found.type,
      'cache-control': `public, max-age=${String(YEAR_SECONDS)}, immutable`,
    });
  });
}

function secure({ res: { headers } }: Context): void {
  for (const [name, value] of Object.entries(ANSWER_HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', PAGE_POLICY);
}

/** The name holds the port: two consoles on one machine share the host, and a browser keeps cookies by host. */
function cookieName(url: string): string {
  return `tocsin_console_${new URL(url).port || '80'}`;
}
