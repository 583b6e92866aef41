import type { DigestSummary } from '../../model/wire/digest.ts';
import type { DigestPages } from '../ports.ts';
import { digestSummarizer } from './summarize-digest.ts';

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
