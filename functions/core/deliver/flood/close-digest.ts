import type { DigestSummary } from '../../model/digest.ts';
import type { DigestPages } from '../../ports.ts';
import { summarizeDigest } from './summarize-digest.ts';

/**
 * Lets nobody into a digest any more and says what is in it; undefined when nobody joined. Pages that are sealed never
 * change, so every call says the same, and what was computed once is kept.
 */
export async function closeDigest(
  digestId: string,
  digests: DigestPages,
): Promise<DigestSummary | undefined> {
  const known = await digests.summary(digestId);
  if (known !== undefined) {
    return known;
  }
  const summary = summarizeDigest(await digests.seal(digestId));
  if (summary !== undefined) {
    await digests.keepSummary(digestId, summary);
  }
  return summary;
}
