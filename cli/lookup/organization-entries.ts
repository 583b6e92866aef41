import { boundedMap } from '../../functions/core/bounded-map.ts';
import type { Organization, OrganizationAccount } from '../../functions/core/operator/ports.ts';
import { CliFailure } from '../failure.ts';
import { labelsOf } from './save-lookup.ts';

/** Organizations takes few calls a second from an account. */
const TAGS_AT_ONCE = 4;

/** The accounts of the organization with their names, and the owners of those that have the tag. */
type OrganizationEntries = { accounts: OrganizationAccount[]; owners: ReadonlyMap<string, string> };

/**
 * Reads the accounts of the organization, and of each the tag that names its owner.
 *
 * @param who whose identity it is, for a refusal
 * @throws CliFailure that says what that identity is missing
 */
export async function readOrganization(
  organization: Organization,
  ownerTag: string,
  who: string,
): Promise<OrganizationEntries> {
  try {
    const accounts: OrganizationAccount[] = [];
    for await (const page of organization.accounts()) accounts.push(...page);
    const owners = await boundedMap(accounts, TAGS_AT_ONCE, async ({ id }): Promise<[string, string]> => [
      id,
      ownerOf(await organization.tags(id), ownerTag),
    ]);
    return { accounts, owners: new Map(owners.filter(([, owner]) => owner !== '')) };
  } catch (error) {
    throw inWords(error, who);
  }
}

/** The labels of an account, over those that the table has of it. */
export function organizationEntry(
  { id, name }: OrganizationAccount,
  owner: string | undefined,
  label: string,
  before: Record<string, string> | undefined,
): [string, Record<string, string>] {
  const pairs: [string, string][] = [
    ['name', name],
    ...(owner === undefined ? [] : [['owner', owner] as [string, string]]),
  ];
  return [id, { ...before, ...labelsOf(label, pairs) }];
}

/** Tags of AWS are told apart by case; people are not so exact. The exact one comes first. */
function ownerOf(tags: Readonly<Record<string, string>>, key: string): string {
  const found =
    tags[key] ?? Object.entries(tags).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  return found?.trim() ?? '';
}

function inWords(error: unknown, who: string): unknown {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'AWSOrganizationsNotInUseException':
      return new CliFailure('no-organization', `the account of ${who} is in no organization; use --csv`, {
        cause: error,
      });
    case 'AccessDeniedException':
      return new CliFailure(
        'not-allowed',
        `${who} may not list the accounts of the organization: only its management account and delegated administrators may, with organizations:ListAccounts and organizations:ListTagsForResource; name a profile of such an account with --profile, or use --csv`,
        { cause: error },
      );
    case 'TooManyRequestsException':
      return new CliFailure(
        'throttled',
        'AWS Organizations took no more calls, however long they waited; nothing was imported; try it again in some minutes',
        { cause: error },
      );
    case 'CredentialsProviderError':
      return new CliFailure(
        'no-credentials',
        `${who} has no credentials that AWS takes: ${(error as Error).message}; sign in, or name another one with --profile`,
        { cause: error },
      );
    default:
      return error;
  }
}
