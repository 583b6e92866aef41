/**
 * Row 1: CPU of ingest per alert over that of the least handler there could be, at 1, 10 and 100 alerts per request.
 * Fresh processes, in turn, median of the ratios of the rounds.
 */
import { writeBundle, writeMinimum } from './bundles.ts';
import { invokeIngest, startAwsStub } from './ingest-process.ts';
import { sizes } from './sizes.ts';
import { median, verdict } from './verdict.ts';

const SHIP = 1.15;
const {
  rounds: ROUNDS,
  requests: REQUESTS,
  warm: WARM,
} = sizes({
  rounds: { usual: 3, smallest: 1 },
  requests: { usual: 2_000, smallest: 10 },
  warm: { usual: 200, smallest: 1 },
});
const aws = await startAwsStub();
const ours = writeBundle('ingest');
const minimum = writeMinimum();
for (const alerts of [1, 10, 100]) {
  const counts = { alerts, warm: WARM, requests: alerts === 100 ? REQUESTS / 5 : REQUESTS };
  const rounds = Array.from({ length: ROUNDS }, () => {
    const denominator = invokeIngest(minimum, aws.url, counts).cpuUs;
    const numerator = invokeIngest(ours, aws.url, counts).cpuUs;
    return { ratio: numerator / denominator, numerator, denominator };
  });
  const ratio = median(rounds.map((round) => round.ratio));
  const perAlert = (name: 'numerator' | 'denominator'): string =>
    (median(rounds.map((round) => round[name])) / counts.requests / alerts).toFixed(1);
  console.log(
    `${String(alerts)} per request: ${perAlert('numerator')} / ${perAlert('denominator')} us CPU per alert`,
  );
  verdict(`row 1: CPU of ingest per alert / the least handler, ${String(alerts)} per request`, ratio, SHIP);
}
aws.stop();
