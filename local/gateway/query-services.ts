import type { Account } from '../emulators/account.ts';
import { notEmulated } from '../emulators/aws-error.ts';
import type { Emulators } from '../emulators/emulators.ts';
import { functionArn } from '../runtime/access-check.ts';
import type { Access } from '../runtime/access-check.ts';
import { sesAccess } from '../runtime/requested-access.ts';

/** A service that speaks the query protocol: forms in, XML out. */
type QueryService = {
  namespace: string;
  /** The inner XML of the result; `caller` is a function's name, undefined the operator. */
  call(action: string, parameters: URLSearchParams, caller: string | undefined): string;
  access(action: string, parameters: URLSearchParams): Access[];
};

/** The service behind the parameter `Version` of a query request. */
export function queryService(emulators: Emulators, version: string): QueryService | undefined {
  const { account, ses } = emulators;
  if (version === '2010-12-01') {
    return {
      namespace: 'http://ses.amazonaws.com/doc/2010-12-01/',
      call: (action, parameters) => ses.call(action, parameters),
      access: (action, parameters) => sesAccess(account, action, parameters, ses),
    };
  }
  if (version === '2011-06-15') {
    return {
      namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      call: (action, _, caller) => callerIdentity(account, action, caller),
      // Everyone may ask who they are.
      access: () => [],
    };
  }
  return undefined;
}

function callerIdentity(account: Account, action: string, caller: string | undefined): string {
  if (action !== 'GetCallerIdentity') throw notEmulated('InvalidAction', 'STS', action);
  const { accountId } = account;
  const arn = caller === undefined ? `arn:aws:iam::${accountId}:user/operator` : functionArn(caller);
  return `<Arn>${arn}</Arn><UserId>AIDALOCAL</UserId><Account>${accountId}</Account>`;
}
