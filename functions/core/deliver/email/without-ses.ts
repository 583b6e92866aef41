import type { TransportPorts } from './transport.ts';

/**
 * In the place of SES where a deployment has none (`emailIdentity` none). A destination without a mail server of its own can be
 * left there by a change of that option: its mails become dead letters that say why.
 */
export const WITHOUT_SES: Required<Omit<TransportPorts, 'smtp'>> = {
  mailer: {
    send: async () => ({
      result: 'not-permitted',
      code: 'NoSes',
      detail: 'this deployment has no SES; the destination needs a mail server of its own (--transport smtp)',
    }),
  },
  quota: { standing: async () => ({ state: 'ample' }), noteExhausted: () => undefined },
  // RFC 2606 reserves this domain.
  messageIdDomain: 'tocsin.invalid',
};
