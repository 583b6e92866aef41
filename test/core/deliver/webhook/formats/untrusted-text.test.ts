import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findWebhookFormat,
  WEBHOOK_FORMATS,
} from '../../../../../functions/core/deliver/webhook/formats/index.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { anAlert, GOLDEN_CONTEXT } from './golden.ts';
import { anyCharacter } from '../../../../any-character.ts';

const bodyOf = (format: string, alert: Alert): string =>
  findWebhookFormat(format)?.render(alert, GOLDEN_CONTEXT) ?? '';
const CHAT = ['slack', 'microsoft-teams', 'discord'];

/** The text in every place that a sender decides about. */
function everywhere(text: string): Alert {
  return anAlert({
    type: text,
    title: text,
    description: text,
    dedup_key: text.slice(0, 255),
    environment: text,
    source: { id: 'src_1', name: text, format: 'generic' },
    rule: { id: text, name: text, url: text },
    mitre: [text],
    resources: [{ type: text, id: text, name: text, url: text }],
    actors: [{ type: text, id: text, name: text }],
    observables: [{ type: text, value: text }],
    actions_taken: [{ name: text }],
    remediation: { summary: text, steps: [text, text], url: text },
    links: [
      { rel: text, url: text },
      { rel: text, url: 'https://ok.example/' },
    ],
    labels: { [text]: text },
    details: { [text]: text, nested: { [text]: [text] } },
  });
}

/** Every string of a document, with the name of its field. */
function textsOf(value: unknown, name = ''): [name: string, text: string][] {
  if (typeof value === 'string') return [[name, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => textsOf(one, Array.isArray(value) ? name : key));
}
const chatTexts = (format: string, alert: Alert): string[] =>
  textsOf(JSON.parse(bodyOf(format, alert)))
    .filter(([name]) => ['text', 'title', 'description', 'name', 'value', 'fallbackText'].includes(name))
    .map(([, text]) => text);

describe('alert text in a chat', () => {
  it.each(CHAT)('of %s holds no control, direction or invisible characters', (format) => {
    const hidden = [
      '\u0000',
      '\u001b',
      '\u0085',
      '\u202e',
      '\u2066',
      '\u200f',
      '\u2060',
      '\ufeff',
      '\u{e0041}',
      '\ud800',
    ];
    const texts = chatTexts(format, everywhere(`a${hidden.join('b')}c`));
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) for (const character of hidden) expect(text).not.toContain(character);
  });

  it.each([
    '<!channel>',
    '<!here|x>',
    '<@U123>',
    '<#C123>',
    '<https://evil.example|https://bank.example>',
    '&lt;!channel&gt;',
  ])('cannot make Slack see %s', (text) => {
    const texts = chatTexts('slack', everywhere(text));
    for (const one of texts) expect(one).not.toMatch(/<|>|&(?!amp;|lt;|gt;)/);
    expect(
      texts.some((one) =>
        one.includes(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')),
      ),
    ).toBe(true);
  });

  it('is plain or verbatim wherever Slack shows it', () => {
    const body = JSON.parse(bodyOf('slack', everywhere('https://evil.example #general @here'))) as unknown;
    const objects = (value: unknown): Record<string, unknown>[] =>
      typeof value !== 'object' || value === null
        ? []
        : [value as Record<string, unknown>, ...Object.values(value).flatMap(objects)];
    const texts = objects(body).filter(({ type }) => type === 'mrkdwn' || type === 'plain_text');
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((one) => one['verbatim'] !== true && one['emoji'] !== false)).toEqual([]);
  });

  it.each([
    '@everyone',
    '@here',
    '<@123>',
    '<@&456>',
    '[bank](https://evil.example)',
    '**b** `c` ||d||',
    '> q',
    '# h',
    'https://evil.example',
  ])('cannot make Discord see %s', (text) => {
    const body = bodyOf('discord', everywhere(text));
    expect(JSON.parse(body)).toMatchObject({ allowed_mentions: { parse: [] } });
    for (const one of chatTexts('discord', everywhere(text))) {
      expect(one).not.toContain('@everyone');
      expect(one).not.toContain('@here');
      // The one kind of code there is holds links that were judged; outside of it no punctuation is left bare.
      const bare = one
        .replaceAll(/`https:\/\/ok\.example\/[^`]*`|`https:\/\/evil\.example\/`/g, '')
        .replaceAll(/\\./g, '');
      expect(bare.replaceAll(/: ?\n?/g, '')).not.toMatch(/[*_~`|<>[\]()#]/);
    }
  });

  it('stands in text runs of a card alone, which know no Markdown', () => {
    const body = JSON.parse(
      bodyOf('microsoft-teams', everywhere('[a](https://evil.example) **b** <at>all</at>')),
    ) as {
      attachments: { content: { body: { type: string; inlines: { type: string }[] }[] } }[];
    };
    const blocks = body.attachments[0]?.content.body ?? [];
    expect(blocks.length).toBeGreaterThan(5);
    expect(new Set(blocks.map((block) => block.type))).toEqual(new Set(['RichTextBlock']));
    expect(new Set(blocks.flatMap((block) => block.inlines.map((run) => run.type)))).toEqual(
      new Set(['TextRun']),
    );
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'https://bank.example@evil.example/',
    'slack://open',
    '//evil.example',
    `https://a.example/${'x'.repeat(3_000)}`,
  ])('never becomes a link to %s', (url) => {
    for (const format of [...CHAT, 'pagerduty']) {
      const targets = textsOf(
        JSON.parse(bodyOf(format, anAlert({ links: [{ rel: 'console', url }], remediation: { url } }))),
      )
        .filter(([name]) => name === 'url' || name === 'href')
        .map(([, target]) => target);
      expect({ format, targets }).toEqual({ format, targets: [] });
    }
  });

  it('names the host of a link, whatever the sender calls it', () => {
    const alert = anAlert({ links: [{ rel: 'bank.example', url: 'https://evil.example/x' }] });
    for (const format of ['slack', 'microsoft-teams', 'pagerduty']) {
      expect(bodyOf(format, alert)).toContain('evil.example (bank.example)');
    }
  });
});

describe('an alert too large for its receiver', () => {
  const utf8 = (text: string): number => Buffer.byteLength(text);
  const longest = (body: string, field: string): number =>
    Math.max(
      0,
      ...textsOf(JSON.parse(body))
        .filter(([name]) => name === field)
        .map(([, text]) => text.length),
    );
  /** A body's problems, by the receiver's own numbers. */
  const PROBLEMS: Record<string, (body: string) => string[]> = {
    slack(body) {
      const { blocks, text } = JSON.parse(body) as {
        text: string;
        blocks: { type: string; text?: { text: string }; fields?: { text: string }[]; elements?: object[] }[];
      };
      return blocks
        .flatMap((block) => [
          (block.text?.text.length ?? 1) > (block.type === 'header' ? 150 : 3_000) && `${block.type} text`,
          block.text?.text.length === 0 && `${block.type} empty`,
          (block.fields?.length ?? 1) > 10 && 'fields',
          block.fields?.some((field) => field.text.length > 2_000 || field.text.length < 1) && 'field',
          (block.elements?.length ?? 0) > 25 && 'elements',
        ])
        .concat(blocks.length > 50 && 'blocks', text.length > 4_000 && 'text')
        .filter((problem) => typeof problem === 'string');
    },
    'microsoft-teams': (body) =>
      Math.max(utf8(body), 2 * body.length) > 28 * 1_024 ? [`${utf8(body)} bytes`] : [],
    discord(body) {
      const [embed] = (JSON.parse(body) as { embeds: Record<string, string>[] }).embeds;
      const {
        title = '',
        description = '',
        footer,
        fields,
      } = embed as unknown as {
        title?: string;
        description?: string;
        footer: { text: string };
        fields: { name: string; value: string }[];
      };
      const total =
        title.length +
        description.length +
        footer.text.length +
        fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
      return [
        title.length > 256 && 'title',
        description.length > 4_096 && 'description',
        fields.length > 25 && 'fields',
        fields.some(({ name, value }) => name.length > 256 || value.length > 1_024) && 'field',
        fields.some(({ name, value }) => name.trim() === '' || value.trim() === '') && 'empty field',
        total > 6_000 && `total ${total}`,
      ].filter((problem) => typeof problem === 'string');
    },
    pagerduty(body) {
      const { payload, dedup_key: key } = JSON.parse(body) as {
        payload: { summary: string };
        dedup_key: string;
      };
      return [
        utf8(body) > 512_000 - 100 && `${utf8(body)} bytes`,
        (payload.summary.length > 1_024 || payload.summary === '') && 'summary',
        key.length > 255 && 'dedup_key',
      ].filter((problem) => typeof problem === 'string');
    },
    opsgenie(body) {
      const { details, tags, message } = JSON.parse(body) as {
        message: string;
        details: Record<string, string>;
        tags: string[];
      };
      return [
        (message.length > 130 || message === '') && 'message',
        longest(body, 'alias') > 512 && 'alias',
        longest(body, 'description') > 15_000 && 'description',
        longest(body, 'entity') > 512 && 'entity',
        longest(body, 'source') > 100 && 'source',
        tags.length > 20 && 'tags',
        tags.some((tag) => tag.length > 50) && 'tag',
        Object.entries(details).flat().join('').length > 8_000 && 'details',
      ].filter((problem) => typeof problem === 'string');
    },
    'splunk-hec': (body) => (utf8(body) > 1_000_000 ? [`${utf8(body)} bytes`] : []),
    template: (body) => (utf8(body) > 600_000 ? [`${utf8(body)} bytes`] : []),
  };

  const huge = (text: string): Alert => ({
    ...everywhere(text),
    mitre: Array.from({ length: 500 }, () => text.slice(0, 500)),
    remediation: { steps: Array.from({ length: 500 }, () => text.slice(0, 2_000)) },
    links: Array.from({ length: 200 }, (_, index) => ({
      rel: text,
      url: `https://a.example/${index}/${'é'.repeat(320)}`,
    })),
    details: Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `${text.slice(0, 300)}${index}`,
        // One as long as it is given; the others are enough to pass every limit by far.
        { [index === 0 ? text : text.slice(0, 4_000)]: text.slice(0, 3_000) },
      ]),
    ),
  });

  it.each(
    Object.keys(PROBLEMS).flatMap((format) =>
      ['x', '<', '@', '&', '"', '\\', '\n', '漢', '🚨', '`', '*', 'ab '].map(
        (part) => [format, part] as const,
      ),
    ),
  )('is cut to what %s takes, made of %j', (format, part) => {
    const body = bodyOf(format, huge(part.repeat(20_000)));
    expect(PROBLEMS[format]?.(body)).toEqual([]);
    expect(body).not.toMatch(/(?<!\\ud[89ab]..)\\ud[c-f]../i);
  });

  it.each(Object.keys(PROBLEMS).filter((format) => format !== 'template'))(
    'says in %s that something is missing',
    (format) => {
      expect(bodyOf(format, huge('x'.repeat(20_000)))).toMatch(/more (characters|fields)|more\)/);
    },
  );

  it('is left whole where there is no limit', () => {
    const alert = huge('x'.repeat(1_000));
    for (const format of ['tocsin', 'cloudevents']) {
      expect((JSON.parse(bodyOf(format, alert)) as { data: unknown }).data).toEqual(alert);
    }
  });

  it('and any other gives JSON within the limits, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 400 }), fc.jsonValue(), (text, value) => {
        const alert = { ...everywhere(text), details: { value } };
        for (const format of WEBHOOK_FORMATS) {
          const body = format.render(alert, GOLDEN_CONTEXT);
          expect(JSON.parse(body)).toBeTypeOf('object');
          expect(PROBLEMS[format.name]?.(body) ?? []).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
