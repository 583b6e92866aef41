import { describe, expect, test } from 'vitest';
import { judge, type News, takenBack } from '../../../../functions/core/deliver/story/judge.ts';
import type { StoryPolicy } from '../../../../functions/core/deliver/story/policy.ts';
import type { AlertStatus } from '../../../../functions/core/model/wire/alert.ts';
import type { SeverityId } from '../../../../functions/core/model/wire/severity.ts';
import { NO_STORY, type Story } from '../../../../functions/core/model/wire/story.ts';

const START_MS = Date.parse('2026-01-15T09:12:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CHAT: StoryPolicy = { repeat: { afterMs: 24 * HOUR_MS }, resolved: 'if-told' };
const MAIL: StoryPolicy = { repeat: 'every', resolved: 'if-told' };

type Step = {
  what: string;
  status: AlertStatus;
  severity: SeverityId;
  /** When it arrived, and when its message is looked at, in minutes; the same unless told. */
  arrived: number;
  looked: number;
  id?: string;
  isHandled?: boolean;
  isAskedFor?: boolean;
};

const step =
  (what: string, status: AlertStatus, given: Partial<Step> = {}) =>
  (arrived: number, looked = arrived): Step => ({ what, status, severity: 4, arrived, looked, ...given });
const fires = step('fires', 'firing');
const fallen = step('fallen', 'firing', { severity: 2 });
const risen = step('risen', 'firing', { severity: 5 });
const resolved = step('resolved', 'resolved');
const dismissed = step('dismissed', 'dismissed');

/** What becomes of each, one after the other: `told`, with the count, or why not. */
function course(policy: StoryPolicy, steps: readonly Step[], before: Story = NO_STORY) {
  let story = before;
  const told = steps.map((one, index) => {
    const news: News = {
      id: one.id ?? `delivery-${index}`,
      status: one.status,
      severity: one.severity,
      arrival: { at: new Date(START_MS + one.arrived * MINUTE_MS).toISOString(), index: 0 },
      isAskedFor: one.isAskedFor === true,
      isHandled: one.isHandled === true,
    };
    const judged = judge(story, news, policy, START_MS + one.looked * MINUTE_MS);
    const isSame = judged.story === story;
    story = judged.story;
    if (!judged.judgement.isTold) {
      // Whoever is not told is judged by what the table holds: the write asks it.
      expect(isSame).toBe(false);
      return judged.judgement.reason;
    }
    const { note } = judged.judgement;
    return [
      'told',
      ...(note === undefined || note.count < 2 ? [] : [`x${note.count} since ${note.since.slice(11, 16)}`]),
      ...(note?.ended === undefined ? [] : [`${note.ended.status} ${note.ended.at.slice(11, 16)}`]),
    ].join(' ');
  });
  return { told, story };
}

describe('a reader who is told of changes', () => {
  test.each<[string, Step[], string[]]>([
    [
      'twenty alerts of one key are one message',
      Array.from({ length: 20 }, (_, at) => fires(at)),
      ['told', ...Array.from({ length: 19 }, () => 'repeated')],
    ],
    [
      'a reminder after 24 hours tells how many there were',
      [fires(0), fires(600), fires(1_439), fires(1_440), fires(1_441)],
      ['told', 'repeated', 'repeated', 'told x4 since 09:12', 'repeated'],
    ],
    [
      'a risen severity is told',
      [fallen(0), fires(1), risen(2), risen(3)],
      ['told', 'told x2 since 09:12', 'told x3 since 09:12', 'repeated'],
    ],
    [
      'a fallen severity is not, nor is the way back',
      [fires(0), fallen(1), fires(2)],
      ['told', 'repeated', 'repeated'],
    ],
    [
      'the end is told, with the count, and once',
      [fires(0), fires(1), resolved(2), resolved(3)],
      ['told', 'repeated', 'told x2 since 09:12', 'repeated'],
    ],
    ['what never fired here is not over either', [resolved(0), dismissed(1)], ['never-told', 'never-told']],
    [
      'what fires again after its end is a new story',
      [fires(0), resolved(1), fires(2), fires(3)],
      ['told', 'told', 'told', 'repeated'],
    ],
    [
      'flapping is told change by change',
      [fires(0), resolved(1), fires(2), resolved(3)],
      ['told', 'told', 'told', 'told'],
    ],
    [
      'dismissed is an end, and another one than resolved',
      [fires(0), dismissed(1), dismissed(2), resolved(3)],
      ['told', 'told', 'repeated', 'told'],
    ],
  ])('%s', (_, steps, expected) => {
    expect(course(CHAT, steps).told).toEqual(expected);
  });

  test.each<[string, Step[], string[]]>([
    [
      'an end that overtakes its alert: the alert is told, with its end',
      [resolved(5), fires(0, 6)],
      ['never-told', 'told resolved 09:17'],
    ],
    [
      'and what fires after that end is news',
      [resolved(5), fires(0, 6), fires(7)],
      ['never-told', 'told resolved 09:17', 'told'],
    ],
    [
      'a repetition that comes after the end was told is not',
      [fires(0), resolved(5), fires(2, 6)],
      ['told', 'told', 'overtaken'],
    ],
    [
      'an end that comes after the next firing one is not the end',
      [fires(0), fires(9), resolved(5, 10)],
      ['told', 'repeated', 'overtaken'],
    ],
    [
      'clocks of a minute apart overtake nothing',
      [fires(1), resolved(0.5, 2), fires(0.2, 3)],
      ['told', 'told', 'told'],
    ],
    [
      'an old end does not take the place of a newer one',
      [fires(0), resolved(9), resolved(3, 10), fires(4, 11)],
      ['told', 'told', 'repeated', 'overtaken'],
    ],
  ])('out of order: %s', (_, steps, expected) => {
    expect(course(CHAT, steps).told).toEqual(expected);
  });

  test('a message that comes again is told as it was decided, with the same words', () => {
    const steps = [
      fires(0),
      fires(1),
      risen(2),
      resolved(3),
      { ...risen(2, 9), id: 'delivery-2' },
      { ...fires(0, 9), id: 'delivery-0' },
    ];
    expect(course(CHAT, steps).told).toEqual([
      'told',
      'repeated',
      'told x3 since 09:12',
      'told x3 since 09:12',
      'told x3 since 09:12',
      'told',
    ]);
  });

  test('a repetition that comes again is counted once', () => {
    const again = { ...fires(1, 5), id: 'delivery-1' };
    expect(course(CHAT, [fires(0), fires(1), again, again, risen(6)]).told.at(-1)).toBe(
      'told x3 since 09:12',
    );
  });

  test('a clock that jumped back tells', () => {
    expect(course(CHAT, [fires(0, 500), fires(1, 2)]).told).toEqual(['told', 'told x2 since 09:12']);
  });

  test('a state that is lost tells', () => {
    expect(course(CHAT, [fires(0)], course(CHAT, []).story).told).toEqual(['told']);
  });
});

describe('a reader who is told of every alert', () => {
  test('hears of each, and of ends only where something was told', () => {
    expect(
      course(MAIL, [resolved(0), fires(1), fires(2), fires(3), resolved(4), resolved(5), fires(6)]).told,
    ).toEqual(['never-told', 'told', 'told', 'told', 'told', 'repeated', 'told']);
  });

  test('costs a write only where the story changes', () => {
    const { story } = course(MAIL, [fires(0)]);
    expect(course(MAIL, [fires(1)], story).story).toBe(story);
  });
});

describe('ends', () => {
  test('are told in any case with always, repeated ones by the time', () => {
    const policy: StoryPolicy = { repeat: { afterMs: HOUR_MS }, resolved: 'always' };
    expect(course(policy, [resolved(0), resolved(1), resolved(61), fires(62), resolved(63)]).told).toEqual([
      'told',
      'repeated',
      'told',
      'told',
      'told',
    ]);
  });

  test('are never told with never, and what fires after one is news', () => {
    const policy: StoryPolicy = { ...CHAT, resolved: 'never' };
    expect(course(policy, [fires(0), resolved(1), fires(2)]).told).toEqual([
      'told',
      'end-not-wanted',
      'told',
    ]);
  });

  test.each<[string, StoryPolicy]>([
    ['if-told', CHAT],
    ['always', { repeat: 'every', resolved: 'always' }],
  ])('of what somebody handled are told where it was told, with %s', (_, policy) => {
    const handled = { ...resolved(1), isHandled: true };
    expect(course(policy, [handled]).told).toEqual(['already-handled']);
    expect(course(policy, [fires(0), handled]).told).toEqual(['told', 'told']);
  });
});

describe('a telling that failed for good', () => {
  test('is taken back, and the next alert is told in its place, with all that were counted', () => {
    const { story } = course(CHAT, [fires(0), fires(1)]);
    expect(course(CHAT, [{ ...fires(2), id: 'next' }], takenBack(story, 'delivery-0')).told).toEqual([
      'told x3 since 09:12',
    ]);
  });

  test('takes nothing else with it: the one before it counts again', () => {
    const { story } = course(CHAT, [fires(0), risen(1)]);
    const after = takenBack(story, 'delivery-1');
    expect(
      course(
        CHAT,
        [
          { ...fires(2), id: 'a' },
          { ...risen(3), id: 'b' },
        ],
        after,
      ).told,
    ).toEqual(['repeated', 'told x4 since 09:12']);
  });

  test('is no end: a later one is told', () => {
    const { story } = course(CHAT, [fires(0), resolved(1)]);
    expect(course(CHAT, [{ ...resolved(2), id: 'a' }], takenBack(story, 'delivery-1')).told).toEqual([
      'told',
    ]);
  });

  test('that began again after an end leaves the end', () => {
    const { story } = course(CHAT, [fires(0), resolved(1), fires(2)]);
    expect(course(CHAT, [{ ...resolved(3), id: 'a' }], takenBack(story, 'delivery-2')).told).toEqual([
      'repeated',
    ]);
  });

  test('of a delivery that the story does not know changes nothing', () => {
    const { story } = course(CHAT, [fires(0)]);
    expect(takenBack(story, 'delivery-9')).toBe(story);
  });
});

test('what an operator asks for is told, and its end too', () => {
  const asked = { ...fires(1), isAskedFor: true };
  expect(course(CHAT, [fires(0), asked, { ...resolved(2) }]).told).toEqual([
    'told',
    'told x2 since 09:12',
    'told x2 since 09:12',
  ]);
});

test('no resolution without a telling, and no two tellings of the same, however alerts come', () => {
  // A linear congruential generator: always the same cases.
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (let run = 0; run < 300; run += 1) {
    const steps = Array.from({ length: 12 }, (_, at): Step => {
      const made = [fires, fires, fallen, risen, resolved, dismissed][random(6)] ?? fires;
      return made(at * 10 - random(3) * 15, at * 10);
    });
    const { told } = course(CHAT, steps);
    const tellings = steps.filter((_, index) => told[index]?.startsWith('told'));
    const first = tellings[0];
    if (first !== undefined) expect(first.status).toBe('firing');
    for (const [index, one] of tellings.entries()) {
      const before = tellings[index - 1];
      const isSame = before !== undefined && before.status === one.status && one.severity <= before.severity;
      // An alert that was told together with its end began nothing that goes on.
      const wasEnded =
        told[steps.indexOf(before ?? one)]?.includes('resolved') ||
        told[steps.indexOf(before ?? one)]?.includes('dismissed');
      expect({ steps, told, isTwice: isSame && wasEnded !== true }).toMatchObject({ isTwice: false });
    }
  }
});
