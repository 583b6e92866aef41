import type { EventLog } from '../core/ports.ts';
import { watchSources, type WatchPorts } from '../core/operate/source-health.ts';

/**
 * Runs on a schedule and takes nothing from its event. What failed fails the run, after everything else was done:
 * Lambda repeats it, and an alarm watches for errors.
 */
export function watchSourcesHandler(ports: WatchPorts & { log: EventLog }): () => Promise<void> {
  return async () => {
    const { sources, silent, changes, failures } = await watchSources(ports);
    for (const { sourceId, step, since, alertId } of changes) {
      ports.log.info(step === 'raise' ? 'source.silent' : 'source.resolved', { sourceId, since, alertId });
    }
    ports.log.info('sources.watched', { sources, silent, failures: failures.length });
    for (const { sourceId, error } of failures) {
      ports.log.error('source.not-watched', { sourceId, error });
    }
    if (failures.length > 0) {
      throw new Error(
        `${failures.length} of ${sources} sources could not be watched; see source.not-watched`,
      );
    }
  };
}
