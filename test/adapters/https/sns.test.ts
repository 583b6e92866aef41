import { expect, it } from 'vitest';
import { httpsSns } from '../../../functions/adapters/https/sns.ts';

const CERTIFICATE = 'https://sns.eu-central-1.amazonaws.com/a.pem';
const CONFIRMATION = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=a-token';

function answering(answer: () => Response | Promise<Response>) {
  const asked: { url: string; redirect: string | undefined }[] = [];
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs };
  const sns = httpsSns({
    clock,
    fetch: async (input, init) => {
      asked.push({ url: input instanceof Request ? input.url : String(input), redirect: init?.redirect });
      return answer();
    },
  });
  return { asked, sns, clock };
}

it('a certificate is fetched once, and no redirect is followed', async () => {
  const { asked, sns } = answering(() => new Response('pem'));
  expect(await Promise.all([sns.certificate(CERTIFICATE), sns.certificate(CERTIFICATE)])).toEqual([
    'pem',
    'pem',
  ]);
  expect(await sns.certificate(CERTIFICATE)).toBe('pem');
  expect(asked).toEqual([{ url: CERTIFICATE, redirect: 'error' }]);
});

it('an answer that is no success fails without the token', async () => {
  const { sns } = answering(() => new Response('', { status: 403 }));
  await expect(sns.confirm(CONFIRMATION)).rejects.toThrow(
    /^sns\.eu-central-1\.amazonaws\.com answered 403; expected a 2xx$/,
  );
});

it('a certificate that cannot be had is asked for again after five seconds, not before', async () => {
  const { asked, sns, clock } = answering(() =>
    asked.length === 1 ? new Response('', { status: 503 }) : new Response('pem'),
  );
  await expect(sns.certificate(CERTIFICATE)).rejects.toThrow('503');
  clock.nowMs += 4_999;
  await expect(sns.certificate(CERTIFICATE)).rejects.toThrow('503');
  expect(asked).toHaveLength(1);
  clock.nowMs += 1;
  await expect(sns.certificate(CERTIFICATE)).resolves.toBe('pem');
});

it('invented addresses of certificates are not fetched without end, and known ones go on', async () => {
  const { asked, sns, clock } = answering(() =>
    asked.length === 1 ? new Response('pem') : new Response('', { status: 500 }),
  );
  await sns.certificate(CERTIFICATE);
  for (let index = 0; index < 100; index += 1) {
    clock.nowMs += 10;
    const invented = `https://sns.eu-central-1.amazonaws.com/${String(index)}.pem`;
    // oxlint-disable-next-line no-await-in-loop
    await expect(sns.certificate(invented)).rejects.toThrow(/500|were fetched in 30 s/);
  }
  expect(asked).toHaveLength(8);
  await expect(sns.certificate(CERTIFICATE)).resolves.toBe('pem');
  clock.nowMs += 30_000;
  await expect(sns.certificate('https://sns.eu-central-1.amazonaws.com/b.pem')).rejects.toThrow('500');
  expect(asked).toHaveLength(9);
});

it('a certificate that has no end is not read to it', async () => {
  let pulled = 0;
  const endless = new ReadableStream({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(1_024));
    },
  });
  const { sns } = answering(() => new Response(endless));
  await expect(sns.certificate(CERTIFICATE)).rejects.toThrow('expected a certificate');
  expect(pulled).toBeLessThan(30);
});

it.each([403, 404, 410])('an answer of %i says that there is no such certificate', async (status) => {
  const { asked, sns, clock } = answering(() =>
    asked.length === 1 ? new Response('<Error/>', { status }) : new Response('pem'),
  );
  expect(await sns.certificate(CERTIFICATE)).toBeUndefined();
  clock.nowMs += 4_999;
  expect(await sns.certificate(CERTIFICATE)).toBeUndefined();
  expect(asked).toHaveLength(1);
  clock.nowMs += 1;
  expect(await sns.certificate(CERTIFICATE)).toBe('pem');
});
