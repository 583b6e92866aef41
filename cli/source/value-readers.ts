import { webUrl } from '../../functions/core/ingest/read-fields.ts';
import { severityFromWord } from '../../functions/core/ingest/severity-scales.ts';
import { statusFromWord } from '../../functions/core/ingest/status-words.ts';
import { usualInstant } from '../../functions/core/ingest/usual-fields.ts';
import type { ValueReaders } from '../../functions/core/operator/infer-mapping.ts';

/** As a mapped source reads its records. */
export const VALUE_READERS: ValueReaders = {
  isKnownSeverity: (value) => severityFromWord(value) !== undefined,
  isKnownStatus: (value) => statusFromWord(value) !== undefined,
  isLink: (value) => webUrl(value) !== undefined,
  isInstant: (value) => usualInstant(value) !== undefined,
};
