import type { DigestSummary } from '../../model/wire/digest.ts';
import type { DigestPages } from '../ports.ts';
import { digestSummarizer } from './summarize-digest.ts';

/**
 * Closes a digest to further deliveries and sums up its content; undefined when no delivery joined. Sealed pages never
 * change, so every call gives the same summary, and the first one is kept.
 */
export async function closeDigest(
  digestId: string,
  digests: DigestPages,
): Promise<DigestSummary | undefined> {
  const known = await digests.summary(digestId);
  if (known !== undefined) {
    return known;
  }
  await digests.seal(digestId);
  const summarizer = digestSummarizer();
  for await (const entries of digests.entries(digestId)) {
    for (const entry of entries) summarizer.add(entry);
  }
  const summary = summarizer.summary();
  if (summary !== undefined) {
    await digests.keepSummary(digestId, summary);
  }
  return summary;
}
