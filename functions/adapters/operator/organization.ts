import {
  ListAccountsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { Organization, OrganizationAccount } from '../../core/operator/ports.ts';
import { type AwsClientOptions, awsClientOptions } from '../aws/client-options.ts';

/** As many as a page may have. */
const PER_PAGE = 20;

/** @param profile whose identity it works with; that of the environment when left out */
export function organizationsClient(options: AwsClientOptions, profile?: string): OrganizationsClient {
  return new OrganizationsClient({
    ...awsClientOptions(options),
    ...(profile !== undefined && { profile }),
  });
}

/**
 * The accounts of the operator's organization and their tags. A page may be empty and not the last one: only a token that is
 * absent ends the list.
 *
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html (2026-11)
 */
export function awsOrganization({ client }: { client: OrganizationsClient }): Organization {
  return {
    accounts: async function* accounts() {
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const page = await client.send(
          new ListAccountsCommand({ MaxResults: PER_PAGE, ...(token !== undefined && { NextToken: token }) }),
        );
        yield (page.Accounts ?? []).flatMap(({ Id: id, Name: name }): OrganizationAccount[] =>
          id === undefined || name === undefined ? [] : [{ id, name }],
        );
        token = page.NextToken;
      }
    },

    tags: async (accountId) => {
      const tags: Record<string, string> = {};
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const page = await client.send(
          new ListTagsForResourceCommand({
            ResourceId: accountId,
            ...(token !== undefined && { NextToken: token }),
          }),
        );
        for (const { Key, Value } of page.Tags ?? []) {
          if (Key !== undefined && Value !== undefined) tags[Key] = Value;
        }
        token = page.NextToken;
      }
      return tags;
    },
  };
}
