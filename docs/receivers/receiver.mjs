// A receiver to try Tocsin with: HTTPS on this machine, prints each POST and whether its signature holds.
//
//   node docs/receivers/receiver.mjs [--port 4443] [--folder .tocsin] [--secret whsec_...]
//
// Makes a certificate for localhost on first use (with openssl) and prints where it is: give it to
// `tocsin destination create webhook --ca-file`. Not for production: see verify.mjs for the part that is.
import { execFileSync } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4443' },
    folder: { type: 'string', default: '.tocsin' },
    secret: { type: 'string' },
  },
});

const certificate = join(values.folder, 'receiver.pem');
const key = join(values.folder, 'receiver.key');
if (!existsSync(certificate)) {
  mkdirSync(values.folder, { recursive: true, mode: 0o700 });
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost']
      .concat(['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'])
      .concat(['-keyout', key, '-out', certificate]),
    { stdio: 'ignore' },
  );
}

/** `Tocsin-Signature: sha256=<hex>` over the raw body, keyed with the whole printed secret. */
function isSigned(body, header) {
  const expected = `sha256=${createHmac('sha256', values.secret).update(body).digest('hex')}`;
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

const server = createServer(
  { cert: readFileSync(certificate), key: readFileSync(key) },
  (request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      console.log(`\n${request.method} ${request.url}`);
      for (const [name, value] of Object.entries(request.headers)) {
        if (/^(tocsin|webhook|x-panguard|linuxguard|content-type|user-agent)/.test(name))
          console.log(`${name}: ${value}`);
      }
      console.log(body.toString());
      if (values.secret !== undefined) {
        console.log(
          isSigned(body, request.headers['tocsin-signature']) ? 'signature: good' : 'signature: BAD',
        );
      }
      response.writeHead(200).end('ok');
    });
  },
);
server.on('error', ({ code }) => {
  const why =
    code === 'EADDRINUSE' ? 'is in use; give it another one with --port' : `cannot be listened on (${code})`;
  console.error(`port ${values.port} ${why}`);
  process.exitCode = 1;
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`receiver ready https://localhost:${server.address().port} (certificate: ${certificate})`);
});
