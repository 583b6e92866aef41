import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AlertStory } from '../../api/alerts.ts';
import { Said } from './said.tsx';

/** The fields of an alert besides its title, as they are stored. */
export function AlertDetails({ alert }: { alert: AlertStory['alert'] }) {
  const { labels } = alert;
  const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return (
    <ExpandableSection variant="container" headerText="All that the alert says">
      <SpaceBetween size="m">
        {words.length > 0 && <Said text={words.join('\n')} label="Labels" />}
        <Said text={JSON.stringify(alert, undefined, 2)} label="The alert as it is stored" />
      </SpaceBetween>
    </ExpandableSection>
  );
}
