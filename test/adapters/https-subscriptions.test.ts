import { expect, it } from 'vitest';
import { httpsSubscriptions } from '../../functions/adapters/https-subscriptions.ts';

const CERTIFICATE = 'https://sns.eu-central-1.amazonaws.com/a.pem';
const CONFIRMATION = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=a-token';

function answering(answer: () => Response) {
  const asked: { url: string; redirect: string | undefined }[] = [];
  const subscriptions = httpsSubscriptions({
    fetch: async (input, init) => {
      asked.push({ url: input instanceof Request ? input.url : String(input), redirect: init?.redirect });
      return Promise.resolve(answer());
    },
  });
  return { asked, subscriptions };
}

it('a certificate is fetched once, and no redirect is followed', async () => {
  const { asked, subscriptions } = answering(() => new Response('pem'));
  expect([
    await subscriptions.certificate(CERTIFICATE),
    await subscriptions.certificate(CERTIFICATE),
  ]).toEqual(['pem', 'pem']);
  expect(asked).toEqual([{ url: CERTIFICATE, redirect: 'error' }]);
});

it('an answer that is no success fails without the token, and is not kept', async () => {
  const { asked, subscriptions } = answering(() => new Response('', { status: 403 }));
  await expect(subscriptions.confirm(CONFIRMATION)).rejects.toThrow(
    'sns.eu-central-1.amazonaws.com answered 403; expected a 2xx',
  );
  await expect(subscriptions.certificate(CERTIFICATE)).rejects.toThrow('403');
  await expect(subscriptions.certificate(CERTIFICATE)).rejects.toThrow('403');
  expect(asked).toHaveLength(3);
});

it('a certificate that has no end is refused', async () => {
  const { subscriptions } = answering(() => new Response('x'.repeat(20_000)));
  await expect(subscriptions.certificate(CERTIFICATE)).rejects.toThrow('expected a certificate');
});
