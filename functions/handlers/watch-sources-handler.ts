import type { AwsSources } from '../core/ingest/ports.ts';
import type { AwsEvents } from '../core/model/config/aws-events.ts';
import type { EventLog } from '../core/world.ts';
import { watchSources, type WatchPorts } from '../core/watch/source-health.ts';
import { watchConfiguration } from '../core/watch/watch-configuration.ts';
import { describeWithoutId, type UnreadableConfig } from '../core/model/config/unreadable-config.ts';
import { watchCertificates, type WatchCertificatesPorts } from '../core/watch/watch-certificates.ts';

/**
 * Runs on a schedule and takes nothing from its event. What failed fails the run, after everything else was done:
 * Lambda repeats it, and an alarm watches for errors.
 */
export function watchSourcesHandler(
  ports: WatchPorts &
    WatchCertificatesPorts & {
      remediation: { list(): Promise<UnreadableConfig[]> };
      awsSources: AwsSources;
      /** Whose events the deployment lets in. */
      awsEvents: readonly AwsEvents[];
      log: EventLog;
    },
): () => Promise<void> {
  return async () => {
    await ensureAwsSources(ports);
    const { sources, silent, changes, failures, ...watched } = await watchSources(ports);
    for (const { sourceId, step, since, alertId } of changes) {
      ports.log.info(step === 'raise' ? 'source.silent' : 'source.resolved', { sourceId, since, alertId });
    }
    ports.log.info('sources.watched', { sources, silent, failures: failures.length });
    for (const { sourceId, error } of failures) {
      ports.log.error('source.not-watched', { sourceId, error });
    }
    const routing = await ports.routingTable.load();
    const unreadable = [
      ...watched.unreadable,
      ...routing.unreadable.routes,
      ...routing.unreadable.destinations,
      ...(routing.unreadable.others ?? []),
      ...(await ports.remediation.list()),
    ];
    ports.log.info('configuration.watched', { unreadable: unreadable.length });
    if (unreadable.length > 0) {
      ports.log.error('configuration.unreadable', { items: unreadable.map(describeWithoutId) });
    }
    await watchConfiguration(unreadable, ports);
    // Last: were it to fail, the sources have been watched.
    for (const alert of await watchCertificates({ ...ports, routingTable: { load: async () => routing } })) {
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

/** The sources of the AWS door are there before their first event. One that cannot be made keeps nobody from watching the rest. */
async function ensureAwsSources({
  awsEvents,
  awsSources,
  log,
}: {
  awsEvents: readonly AwsEvents[];
  awsSources: AwsSources;
  log: EventLog;
}): Promise<void> {
  for (const kind of awsEvents) {
    try {
      // One after another: ten reads every five minutes hurry nobody.
      // oxlint-disable-next-line no-await-in-loop
      await awsSources.ensure(kind);
    } catch (error) {
      log.error('source.not-made', { kind, error });
    }
  }
}
