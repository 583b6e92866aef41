import { createHash } from 'node:crypto';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { refusedPage, unsubscribePage } from '../../../functions/core/recipients/unsubscribe-page.ts';
import type { Unsubscription } from '../../../functions/core/recipients/unsubscribe.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

const about = (state: 'may-leave' | 'locked' | 'left', destinationName = 'on call'): Unsubscription => ({
  state,
  destinationId: 'dst_a',
  destinationName,
  recipient: 'a***@example.com',
  isChange: false,
});
const PAGES = [
  ['may-leave', unsubscribePage(about('may-leave'), undefined), 200],
  ['left', unsubscribePage(about('left'), 'ops@example.com'), 200],
  ['locked', unsubscribePage(about('locked'), 'ops@example.com'), 403],
  ['gone', unsubscribePage({ state: 'gone' }, undefined), 200],
  ['expired', unsubscribePage({ state: 'expired' }, 'ops@example.com'), 410],
  ['invalid', unsubscribePage({ state: 'invalid' }, undefined), 400],
  ['refused', refusedPage(400), 400],
  ['method', refusedPage(405), 405],
  ['failure', refusedPage(503), 503],
] as const;

function elements(html: string): Element[] {
  const found: Element[] = [];
  const visit = (node: Node): void => {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return found;
}

const named = (html: string, tag: string) => elements(html).filter(({ tagName }) => tagName === tag);
const attribute = (element: Element | undefined, name: string) =>
  element?.attrs.find((one) => one.name === name)?.value;
function text(element: Element | undefined): string {
  return (element?.childNodes ?? []).map((node) => ('value' in node ? node.value : '')).join('');
}

describe.each(PAGES)('the page %s', (_name, page, status) => {
  it('is a whole document: language, title, one heading, fit for a phone', () => {
    expect(page.status).toBe(status);
    expect(attribute(named(page.html, 'html')[0], 'lang')).toBe('en');
    expect(named(page.html, 'h1')).toHaveLength(1);
    expect(text(named(page.html, 'title')[0])).toBe(`${text(named(page.html, 'h1')[0])} - Tocsin`);
    expect(named(page.html, 'main')).toHaveLength(1);
    const viewport = named(page.html, 'meta').find((meta) => attribute(meta, 'name') === 'viewport');
    expect(attribute(viewport, 'content')).toBe('width=device-width, initial-scale=1');
  });

  it('loads nothing, runs nothing and is kept by nobody', () => {
    const tags = new Set(elements(page.html).map(({ tagName }) => tagName));
    for (const tag of ['script', 'link', 'img', 'iframe', 'base']) expect(tags).not.toContain(tag);
    const names = elements(page.html).flatMap(({ attrs }) => attrs.map(({ name }) => name));
    expect(names.filter((name) => name.startsWith('on') || name === 'style' || name === 'src')).toEqual([]);
    expect(page.html).not.toMatch(/@import|url\(/);
    const [style] = named(page.html, 'style');
    const hash = createHash('sha256').update(text(style)).digest('base64');
    expect(page.headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.headers).not.toHaveProperty('set-cookie');
    expect(page.headers).not.toHaveProperty('location');
  });
});

describe('the page of a link', () => {
  it('has a real button in a form that posts to the link itself, and only where leaving is possible', () => {
    const { html } = PAGES[0][1];
    const [form] = named(html, 'form');
    expect(attribute(form, 'method')).toBe('post');
    expect(attribute(form, 'action')).toBeUndefined();
    const [button] = named(html, 'button');
    expect(text(button)).toBe('Unsubscribe');
    expect(attribute(button, 'type')).toBe('submit');
    for (const [, page] of PAGES.slice(1)) expect(named(page.html, 'form')).toEqual([]);
  });

  it('shows hostile names as text', () => {
    const name = `<script>alert(1)</script>"'&<img src=x onerror=alert(1)>`;
    const { html } = unsubscribePage(about('may-leave', name), undefined);
    expect(named(html, 'dd').map(text)).toEqual([name, 'a***@example.com']);
    expect(named(html, 'script')).toEqual([]);
    expect(named(html, 'img')).toEqual([]);
  });

  it('tells a locked recipient whom to ask', () => {
    const { html } = PAGES[2][1];
    expect(attribute(named(html, 'a')[0], 'href')).toBe('mailto:ops@example.com');
  });

  it('adapts to a dark screen', () => {
    expect(PAGES[0][1].html).toContain('@media (prefers-color-scheme:dark)');
  });
});
