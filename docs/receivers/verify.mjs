// Verify that a webhook comes from Tocsin. Node 18 or newer, nothing to install.
//
// In your own receiver: import verifyStandard (or verifySimple) and give it the body as it came, before any parsing
// (in Express: express.raw({ type: '*/*' }), never express.json()).
//
// From a shell, with one header per line in the first file and the body in the second:
//
//   TOCSIN_SECRET=whsec_... node verify.mjs standard headers.txt body.json
//
// Exit status 0: it is ours. 1: it is not, and standard error says why. 2: called wrongly.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const TOLERANCE_SECONDS = 300;

/**
 * Standard Webhooks: recommended, since it also signs the time and so refuses a request that is sent again later.
 *
 * @param {string[]} secrets the secret as printed (whsec_...), and the new one beside it during a rotation
 * @param {Record<string, string | undefined>} headers with lower-case names, as Node gives them
 * @param {Buffer} body
 * @param {number} now seconds since the epoch
 * @returns {string | undefined} why it is refused; undefined when it is ours
 */
export function verifyStandard(secrets, headers, body, now) {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (id === '') return 'webhook-id is missing';
  if (!/^[0-9]{1,12}$/.test(timestamp)) return 'webhook-timestamp is missing or not a number';
  if (Math.abs(now - Number(timestamp)) > TOLERANCE_SECONDS) {
    return 'webhook-timestamp is more than 5 minutes away from now';
  }
  const given = (headers['webhook-signature'] ?? '').split(' ').filter((part) => part.startsWith('v1,'));
  const isOurs = secrets.some((secret) => {
    // The key is what stands behind whsec_, decoded.
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    // Every signature is compared: while a secret is rotated, the header carries one for each.
    return given.filter((one) => isEqual(one, `v1,${digest}`)).length > 0;
  });
  return isOurs ? undefined : 'webhook-signature does not match';
}

/**
 * `<Prefix>-Signature: sha256=<hex>` over the body, in the manner of GitHub. It holds for ever, so remember
 * `<Prefix>-Delivery` and refuse what you have seen.
 *
 * @param {string[]} secrets
 * @param {Record<string, string | undefined>} headers with lower-case names
 * @param {Buffer} body
 * @returns {string | undefined} why it is refused; undefined when it is ours
 */
export function verifySimple(secrets, headers, body, prefix = 'tocsin') {
  const given = headers[`${prefix.toLowerCase()}-signature`] ?? '';
  // Here the key is the printed secret itself, all of it.
  const isOurs = secrets.some((secret) =>
    isEqual(given, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`),
  );
  return isOurs ? undefined : `${prefix}-signature does not match`;
}

/** timingSafeEqual throws on unequal lengths, so digests of both sides are compared. */
function isEqual(left, right) {
  const digest = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function main([scheme, headersFile, bodyFile, prefix]) {
  const secrets = (process.env.TOCSIN_SECRET ?? '').split(/\s+/).filter((secret) => secret !== '');
  if ((scheme !== 'standard' && scheme !== 'simple') || bodyFile === undefined || secrets.length === 0) {
    console.error('usage: TOCSIN_SECRET=whsec_... verify.mjs standard|simple HEADERS BODY [PREFIX]');
    return 2;
  }
  const headers = {};
  for (const line of readFileSync(headersFile, 'latin1').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = readFileSync(bodyFile);
  const reason =
    scheme === 'standard'
      ? verifyStandard(secrets, headers, body, Date.now() / 1000)
      : verifySimple(secrets, headers, body, prefix);
  if (reason !== undefined) {
    console.error(`refused: ${reason}`);
    return 1;
  }
  console.log('verified');
  return 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
