import { BlockList, isIP } from 'node:net';
import { isJsonObject } from '../../json-object.ts';

/** Whether one value of an event, never an object or a list, passes. */
export type Filter = (value: unknown) => boolean;

/** A pattern that EventBridge refuses. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
}

/**
 * The filter of one value in a list of a pattern: a plain value, or an object with one of EventBridge's comparisons.
 * `exists` passes every value; the pattern itself asks whether there is one.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and `JsonRuleCompiler.java` of
 * github.com/aws/event-ruler 2.0.1 (Apache-2.0), which EventBridge runs. The documentation knows no `exactly`; Ruler does.
 */
export function filterOf(wanted: unknown): Filter {
  if (!isJsonObject(wanted)) return isPlain(wanted) ? equals(wanted) : refuse('a list within a list');
  const [[comparison, operand], more] = single(wanted);
  if (more !== undefined) return refuse('only one comparison in an object is allowed');
  switch (comparison) {
    case 'prefix':
      return startsWith(operand);
    case 'suffix':
      return endsWith(operand);
    case 'equals-ignore-case':
      return equalsIgnoreCase(operand);
    case 'wildcard':
      return wildcard(operand);
    case 'anything-but':
      return anythingBut(operand);
    case 'numeric':
      return numeric(operand);
    case 'cidr':
      return cidr(operand);
    case 'exists':
      return typeof operand === 'boolean' ? () => operand : refuse('exists must be true or false');
    case 'exactly': {
      const text = textOf(operand, comparison);
      return (value) => value === text;
    }
    default:
      return refuse(`unrecognized match type ${comparison}`);
  }
}

function single(object: Record<string, unknown>): [[string, unknown], unknown] {
  const [first, second] = Object.entries(object);
  return [first ?? refuse('an empty object is not allowed'), second];
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** An address equals its other spellings: `::1` and `0:0:0:0:0:0:0:1`. */
function equals(wanted: unknown): Filter {
  const address = typeof wanted === 'string' ? addressOf(wanted) : undefined;
  return address === undefined
    ? (value) => value === wanted
    : isIn(address, address.family === 'ipv4' ? 32 : 128);
}

export function refuse(why: string): never {
  throw new InvalidEventPatternError(`Event pattern is not valid. Reason: ${why}`);
}

function textOf(operand: unknown, comparison: string): string {
  return typeof operand === 'string' ? operand : refuse(`${comparison} must be a string`);
}

/** The text of a comparison that may ignore case: `"x"`, or `{"equals-ignore-case": "x"}` within prefix and suffix. */
function edge(operand: unknown, comparison: string): { text: string; ignoresCase: boolean } {
  if (!isJsonObject(operand)) return { text: textOf(operand, comparison), ignoresCase: false };
  const [[name, inner], more] = single(operand);
  if (name !== 'equals-ignore-case' || more !== undefined)
    return refuse(`unrecognized match type ${name} in ${comparison}`);
  return { text: textOf(inner, comparison), ignoresCase: true };
}

function onText(judge: (text: string) => boolean): Filter {
  return (value) => typeof value === 'string' && judge(value);
}

function startsWith(operand: unknown): Filter {
  const { text, ignoresCase } = edge(operand, 'prefix');
  return ignoresCase
    ? onText((value) => value.toLowerCase().startsWith(text.toLowerCase()))
    : onText((value) => value.startsWith(text));
}

function endsWith(operand: unknown): Filter {
  const { text, ignoresCase } = edge(operand, 'suffix');
  return ignoresCase
    ? onText((value) => value.toLowerCase().endsWith(text.toLowerCase()))
    : onText((value) => value.endsWith(text));
}

function equalsIgnoreCase(operand: unknown): Filter {
  const text = textOf(operand, 'equals-ignore-case').toLowerCase();
  return onText((value) => value.toLowerCase() === text);
}

/** `*` stands for any characters, none included; `\*` and `\\` for themselves. Two stars in a row are refused. */
function wildcard(operand: unknown): Filter {
  const text = textOf(operand, 'wildcard');
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') {
      const escaped = text.charAt((at += 1));
      if (escaped !== '*' && escaped !== '\\') refuse('invalid escape character in wildcard');
      parts.push((parts.pop() ?? '') + escaped);
    } else if (character === '*') {
      if (text.charAt(at + 1) === '*') refuse('consecutive wildcard characters');
      parts.push('');
    } else parts.push((parts.pop() ?? '') + character);
  }
  return onText((value) => fits(value, parts));
}

/** Whether a text is these parts in this order, with anything between them. */
function fits(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}

/** Passes every value that is there, except those that the operand names. */
function anythingBut(operand: unknown): Filter {
  if (isJsonObject(operand)) {
    const [[comparison, inner], more] = single(operand);
    if (more !== undefined) return refuse('only one comparison in anything-but is allowed');
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(comparison)) {
      return refuse(`unsupported anything-but pattern: ${comparison}`);
    }
    const excluded = listOf(inner).map((one) => {
      const text = textOf(one, comparison);
      if (text === '' && ['prefix', 'suffix'].includes(comparison))
        return refuse(`an empty ${comparison} is not allowed`);
      return filterOf({ [comparison]: text });
    });
    return (value) => !excluded.some((filter) => filter(value));
  }
  const excluded = listOf(operand);
  const kinds = new Set(excluded.map((one) => typeof one));
  if (kinds.size !== 1 || !(kinds.has('string') || kinds.has('number'))) {
    return refuse('anything-but must be text, numbers, or a list of one kind');
  }
  return (value) => !excluded.includes(value);
}

function listOf(operand: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  return list.length > 0 ? list : refuse('an empty list is not allowed');
}

const COMPARES: Readonly<Record<string, (value: number, than: number) => boolean>> = {
  '=': (value, than) => value === than,
  '<': (value, than) => value < than,
  '<=': (value, than) => value <= than,
  '>': (value, than) => value > than,
  '>=': (value, than) => value >= than,
};

/** `[">", 0, "<=", 5]`: one comparison, or a lower and an upper bound. */
function numeric(operand: unknown): Filter {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    return refuse('numeric must be a list of a comparison and a number, once or twice');
  }
  const bounds = [operand.slice(0, 2), operand.slice(2)].filter((bound) => bound.length > 0);
  const judges = bounds.map(([operator, than]: unknown[]) => {
    const compare =
      typeof operator === 'string' && Object.hasOwn(COMPARES, operator) ? COMPARES[operator] : undefined;
    if (compare === undefined) return refuse(`unrecognized numeric range operator: ${String(operator)}`);
    if (typeof than !== 'number' || !Number.isFinite(than))
      return refuse(`value of ${String(operator)} must be a number`);
    return (value: number) => compare(value, than);
  });
  if (bounds.length === 2) {
    const [lower = '', upper = ''] = bounds.map(([operator]) => String(operator));
    if (!lower.startsWith('>') || !upper.startsWith('<') || Number(operand[1]) >= Number(operand[3]))
      return refuse('bad numeric range: expected > or >= with less, then < or <= with more');
  }
  return (value) => typeof value === 'number' && judges.every((judge) => judge(value));
}

type Address = { text: string; family: 'ipv4' | 'ipv6' };

/** Four numbers, zeros before them or not, or IPv6 without dots. */
function addressOf(text: string): Address | undefined {
  if (/^\d+(?:\.\d+){3}$/u.test(text)) {
    const plain = text.split('.').map(Number).join('.');
    return isIP(plain) === 4 ? { text: plain, family: 'ipv4' } : undefined;
  }
  return /^[\da-f:]+$/iu.test(text) && isIP(text) === 6 ? { text, family: 'ipv6' } : undefined;
}

function isIn({ text, family }: Address, bits: number): Filter {
  const block = new BlockList();
  block.addSubnet(text, bits, family);
  return onText((value) => {
    const address = addressOf(value);
    return address?.family === family && block.check(address.text, family);
  });
}

/** A block of more than one address: Ruler refuses `/32` and `/128`. */
function cidr(operand: unknown): Filter {
  const [, before = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/u.exec(textOf(operand, 'cidr')) ?? [];
  const address = addressOf(before);
  if (address === undefined || Number(bits) >= (address.family === 'ipv4' ? 32 : 128)) {
    return refuse('malformed CIDR: expected an address, / and fewer bits than it has');
  }
  return isIn(address, Number(bits));
}
