import type { EventLog } from '../core/ports.ts';
import { watchSources, type WatchPorts } from '../core/operate/source-health.ts';
import { watchCertificates, type WatchCertificatesPorts } from '../core/operate/watch-certificates.ts';

/**
 * Runs on a schedule and takes nothing from its event. What failed fails the run, after everything else was done:
 * Lambda repeats it, and an alarm watches for errors.
 */
export function watchSourcesHandler(
  ports: WatchPorts & WatchCertificatesPorts & { log: EventLog },
): () => Promise<void> {
  return async () => {
    const { sources, silent, changes, failures } = await watchSources(ports);
    for (const { sourceId, step, since, alertId } of changes) {
      ports.log.info(step === 'raise' ? 'source.silent' : 'source.resolved', { sourceId, since, alertId });
    }
    ports.log.info('sources.watched', { sources, silent, failures: failures.length });
    for (const { sourceId, error } of failures) {
      ports.log.error('source.not-watched', { sourceId, error });
    }
    // Last: were it to fail, the sources have been watched.
    for (const alert of await watchCertificates(ports)) {
      ports.log.info('certificate.expires', {
        destinationId: alert.details['destination_id'],
        alertId: alert.id,
      });
    }
    if (failures.length > 0) {
      throw new Error(
        `${failures.length} of ${sources} sources could not be watched; see source.not-watched`,
      );
    }
  };
}
