import { isIP } from 'node:net';
import { BlockList } from 'node:net';
import { isJsonObject } from '../../json-object.ts';

/** Whether one value of an event, never an object or a list, passes. */
export type Filter = (value: unknown) => boolean;

/** A pattern that EventBridge refuses. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
}

const MOST = 5_000_000_000;

/**
 * The filter of one value in a list of a pattern: a plain value, or an object with one of EventBridge's comparisons.
 * `exists` is none of these: it asks about what is not there.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and the README of
 * github.com/aws/event-ruler, which EventBridge runs; from memory.
 */
export function filterOf(wanted: unknown): Filter {
  if (!isJsonObject(wanted))
    return isPlain(wanted) ? (value) => value === wanted : refuse('a list within a list');
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

function refuse(why: string): never {
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

/** What passes is there, and none of what the operand names. */
function anythingBut(operand: unknown): Filter {
  if (isJsonObject(operand)) {
    const [[comparison, inner], more] = single(operand);
    if (more !== undefined) return refuse('only one comparison in anything-but is allowed');
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(comparison)) {
      return refuse(`unsupported anything-but pattern: ${comparison}`);
    }
    const excluded = listOf(inner).map((one) => filterOf({ [comparison]: textOf(one, comparison) }));
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
    if (typeof than !== 'number' || Math.abs(than) > MOST) {
      return refuse('value of numeric must be a number between -5.0e9 and +5.0e9');
    }
    return (value: number) => compare(value, than);
  });
  if (bounds.length === 2) {
    const [lower = '', upper = ''] = bounds.map(([operator]) => String(operator));
    if (!lower.startsWith('>') || !upper.startsWith('<'))
      return refuse('bad numeric range: expected > or >=, then < or <=');
  }
  return (value) => typeof value === 'number' && judges.every((judge) => judge(value));
}

function cidr(operand: unknown): Filter {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/u.exec(textOf(operand, 'cidr')) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128))
    return refuse('malformed CIDR, one / with an address before it');
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return onText((value) => isIP(value) === family && block.check(value, family === 4 ? 'ipv4' : 'ipv6'));
}
