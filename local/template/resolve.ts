import type { Account } from '../emulators/account.ts';
import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';

/** The values of `Ref` and `Fn::GetAtt` of a resource. */
export type Identity = { ref: string; attributes: Readonly<Record<string, string>> };

type ResolveContext = {
  stackName: string;
  account: Account;
  parameters: ReadonlyMap<string, string>;
  identityOf(logicalId: string): Identity;
};

/** Replaces template functions by their values; `where` names the place in errors. */
export type Resolve = (value: unknown, where: string) => unknown;

/**
 * A resolver for the template functions that the stack uses: Ref, GetAtt, Join, Sub, Select, Split, pseudo parameters.
 *
 * Anything else is a {@link StartError}: a template must not come to mean something else locally.
 */
export function createResolver(context: ResolveContext): Resolve {
  const { account, stackName } = context;
  const pseudo: Record<string, string> = {
    'AWS::AccountId': account.accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': account.region,
    'AWS::StackId': `arn:aws:cloudformation:${account.region}:${account.accountId}:stack/${stackName}/local`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const ref = (name: string): string =>
    pseudo[name] ?? context.parameters.get(name) ?? context.identityOf(name).ref;

  function attribute(logicalId: string, name: string, where: string): string {
    const value = context.identityOf(logicalId).attributes[name];
    if (value === undefined) {
      throw new StartError(`${where}: the local run does not know the attribute ${name} of ${logicalId}`);
    }
    return value;
  }

  function text(value: unknown, where: string): string {
    const resolved = resolve(value, where);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new StartError(`${where}: expected text, got ${JSON.stringify(resolved)}`);
  }

  function list(value: unknown, where: string): unknown[] {
    const resolved = resolve(value, where);
    if (!Array.isArray(resolved))
      throw new StartError(`${where}: expected a list, got ${JSON.stringify(resolved)}`);
    return resolved;
  }

  function pair(argument: unknown, where: string): [unknown, unknown] {
    if (!Array.isArray(argument) || argument.length !== 2)
      throw new StartError(`${where}: expected two arguments, got ${JSON.stringify(argument)}`);
    return [argument[0], argument[1]];
  }

  function getAtt(argument: unknown, where: string): string {
    const [logicalId, name] = typeof argument === 'string' ? splitOnce(argument) : pair(argument, where);
    return attribute(String(logicalId), text(name, where), where);
  }

  function sub(argument: unknown, where: string): string {
    const [pattern, given] = typeof argument === 'string' ? [argument, {}] : pair(argument, where);
    const own = isJsonObject(given) ? given : {};
    return text(pattern, where).replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (name in own) return text(own[name], where);
      return name.includes('.') ? getAtt(name, where) : ref(name);
    });
  }

  const functions: Record<string, (argument: unknown, where: string) => unknown> = {
    'Fn::GetAtt': getAtt,
    'Fn::Join': (argument, where) => {
      const [separator, parts] = pair(argument, where);
      return list(parts, where)
        .map((part) => text(part, where))
        .join(text(separator, where));
    },
    'Fn::Select': (argument, where) => {
      const [index, elements] = pair(argument, where);
      return list(elements, where)[Number(text(index, where))];
    },
    'Fn::Split': (argument, where) => {
      const [separator, source] = pair(argument, where);
      return text(source, where).split(text(separator, where));
    },
    'Fn::Sub': sub,
    Ref: (argument) => (argument === 'AWS::NoValue' ? undefined : ref(String(argument))),
  };

  function resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value)) {
      return value.map((element) => resolve(element, where)).filter((element) => element !== undefined);
    }
    if (!isJsonObject(value)) return value;
    const [name, ...others] = Object.keys(value);
    if (name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
      const apply = functions[name];
      if (apply === undefined)
        throw new StartError(`${where}: the local run does not know the template function ${name}`);
      return apply(value[name], where);
    }
    const entries = Object.entries(value).map(([key, element]) => [key, resolve(element, `${where}.${key}`)]);
    return Object.fromEntries(entries.filter(([, element]) => element !== undefined));
  }

  return resolve;
}

function splitOnce(name: string): [string, string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
