import {
  privateTier,
  publicTier,
  type AddressTier,
} from '../../functions/core/deliver/webhook/address-tier.ts';
import { findWebhookFormat } from '../../functions/core/deliver/webhook/formats/index.ts';
import { parseTemplate } from '../../functions/core/text/json-template.ts';
import { parseWebhookUrl } from '../../functions/core/deliver/webhook/guard-url.ts';
import type { DestinationRules } from '../../functions/core/config/parse-destination.ts';
import type { FormatAuth } from '../../functions/core/deliver/webhook/formats/format.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { CliIo } from '../io.ts';
import { egressAllow } from './check-addresses.ts';

const ANYWHERE = publicTier(['0.0.0.0/0', '::/0']);

/** How the receivers of a format authenticate us; undefined when the operator decides. */
export function formatAuth(format: string): FormatAuth | undefined {
  return findWebhookFormat(format)?.auth;
}

/** Where the two networks of a gateway may post to. */
export type GatewayTiers = { public: AddressTier; private: AddressTier; hasPrivateLane: boolean };

export function tiersOf(manifest: Manifest, env: CliIo['env']): GatewayTiers {
  const { privateLane } = manifest;
  return {
    public: publicTier(egressAllow(manifest, env)),
    private: privateTier(privateLane?.egressAllow ?? []),
    hasPrivateLane: privateLane !== undefined,
  };
}

/** The rules that hold on every gateway, for settings that must be judged without one. */
export const ANY_GATEWAY: GatewayTiers = { public: ANYWHERE, private: ANYWHERE, hasPrivateLane: true };
/** The rules of a gateway in AWS, as far as they are the same for each. */
export const STRICT: GatewayTiers = { ...ANY_GATEWAY, public: publicTier() };

/** The rules that the parser of destinations takes from the delivering side of the core. */
export function destinationRules(tiers: GatewayTiers): DestinationRules {
  return {
    parseUrl: (text, isPrivate) => parseWebhookUrl(text, isPrivate ? tiers.private : tiers.public),
    ...(!tiers.hasPrivateLane && {
      noPrivateLane:
        'this deployment has no private lane; name the VPC and egressAllow in tocsin.json and deploy (docs/private-receivers.md)',
    }),
    formatAuth,
    templateProblem(text) {
      const parsed = parseTemplate(text);
      return parsed.ok ? undefined : parsed.problem;
    },
  };
}
