import { addCommand } from '../command.ts';
import { storiesOf } from '../records/digest-story.ts';
import { explainId } from '../records/explain-id.ts';
import { reportPage, reportView } from '../records/audit-report.ts';
import { destinationNames } from '../config/find-config.ts';
import type { CommandFile } from '../command.ts';

export const addAuditReport: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'report <alert>',
    summary:
      'One page (Markdown) that shows an auditor what became of one alert; takes the id of a delivery too',
    examples: [
      'tocsin audit report 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11',
      'tocsin audit report 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11 --json',
    ],
    async run(session, _options, id = '') {
      const gateway = await session.gateway();
      const asked = await explainId(session, gateway, id);
      if ('result' in asked) return asked.result;
      const { routed, deliveries } = asked.alert;
      const destinations = await gateway.config.list('destination');
      const { manifest } = gateway;
      const facts = {
        gateway:
          manifest.endpoint === undefined
            ? `${manifest.stack} in ${manifest.region}`
            : `the local run of ${manifest.stack}`,
        madeAt: new Date(session.nowMs).toISOString(),
        routed,
        deliveries,
        digests: await storiesOf(deliveries, gateway.records, session.nowMs),
        destinationOf: (destinationId: string) =>
          destinations.readable.find((destination) => destination.id === destinationId),
        nameOf: destinationNames(destinations),
      };
      return {
        json: reportView(facts),
        text: reportPage(facts, session.nowMs),
        unreadable: destinations.unreadable,
      };
    },
  });
};
