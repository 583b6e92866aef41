import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import { CliFailure } from '../failure.ts';
import type { Gateway } from '../gateway.ts';
import { TOCSIN } from '../words/hint.ts';

/** Why a gateway has no canaries; undefined where it has. */
export function whyNoCanary({ canary }: Pick<Manifest, 'canary'>): string | undefined {
  if (canary === undefined) return 'this gateway was deployed before there were canaries; deploy it again';
  if ('url' in canary) return undefined;
  return canary.off === 'by-option'
    ? 'off, by "canary" in tocsin.json'
    : 'off: the API asks for client certificates, and the gateway has none to show';
}

export function hasHeartbeat({ canary }: Pick<Manifest, 'canary'>): boolean {
  return canary !== undefined && 'url' in canary && canary.hasHeartbeat;
}

/** @throws CliFailure saying why there are none */
export function canaryOf({ canary, manifest }: Gateway): NonNullable<Gateway['canary']> {
  if (canary !== undefined) return canary;
  throw new CliFailure(
    'no-canary',
    `no canary flies here: ${whyNoCanary(manifest) ?? 'unknown'}; see how alerts can be tried: ${TOCSIN} source test NAME`,
  );
}
