import type { Source } from '../functions/core/model/config/source.ts';

/** The source that the requests of the benches are for; nothing of it slows them down. */
export const BENCH_SOURCE: Source = {
  id: 'src_bench',
  name: 'bench',
  auth: { type: 'hmac', header: 'x-signature', algorithm: 'sha256', signedContent: 'body' },
  format: 'generic',
  streamType: 'auto',
  defaultSeverity: 'medium',
  dedupWindowSeconds: 86_400,
  rateLimit: { perMinute: 1_000_000 },
  isEnabled: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
