import { describe, expect, test } from 'vitest';
import { LOCAL_ACCOUNT } from '../../../local/emulators/account.ts';
import { eventsOf } from '../../../local/emulators/ses/mail-events.ts';
import { readEventPattern } from '../../../local/emulators/eventbridge/event-pattern.ts';

const eventsFor = (recipient: string) =>
  eventsOf(
    {
      messageId: 'm-1',
      sentAtMs: 0,
      source: 'a@sender.example',
      recipients: [recipient],
      configurationSet: 'Tocsin',
      tags: { deliveryId: 'd-1' },
    },
    LOCAL_ACCOUNT,
  );

describe('what becomes of a mail in the emulated SES', () => {
  test.each([
    ['ana@example.com', ['send', 'delivery']],
    ['success@simulator.amazonses.com', ['send', 'delivery']],
    ['bounce@simulator.amazonses.com', ['send', 'bounce']],
    ['Bounce+label@simulator.amazonses.com', ['send', 'bounce']],
    ['suppressionlist@simulator.amazonses.com', ['send', 'bounce']],
    ['complaint@simulator.amazonses.com', ['send', 'delivery', 'complaint']],
    ['bounce@example.com', ['send', 'delivery']],
  ])('%s: %j', (recipient, types) => {
    const events = eventsFor(recipient);
    expect(events.map(({ type }) => type)).toEqual(types);
    for (const { envelope } of events) {
      expect(envelope).toMatchObject({
        source: 'aws.ses',
        detail: {
          mail: { messageId: 'm-1', tags: { deliveryId: ['d-1'], 'ses:configuration-set': ['Tocsin'] } },
        },
      });
    }
  });
});

describe('the pattern of a rule', () => {
  const pattern = {
    source: ['aws.ses'],
    detail: { mail: { tags: { 'ses:configuration-set': ['Tocsin'] } } },
  };

  test('matches when every field has one of the values', () => {
    const [send] = eventsFor('ana@example.com');
    expect(readEventPattern(pattern)(send?.envelope)).toBe(true);
    expect(readEventPattern({ ...pattern, source: ['aws.s3', 'aws.ses'] })(send?.envelope)).toBe(true);
    expect(readEventPattern({ ...pattern, source: ['aws.s3'] })(send?.envelope)).toBe(false);
    expect(readEventPattern({ ...pattern, region: ['nowhere'] })(send?.envelope)).toBe(false);
    expect(readEventPattern({ detail: { nothing: { there: ['x'] } } })(send?.envelope)).toBe(false);
  });
});
