import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useState } from 'react';
import type { StoryDelivery } from '../../api/alerts.ts';
import type { Preview } from '../../api/deliveries.ts';
import { previewPath } from '../../api/paths.ts';
import { useRead } from '../ask/use-read.ts';
import { MailPreview } from './mail-preview.tsx';
import { Shown } from './shown.tsx';
import { WebhookPreview } from './webhook-preview.tsx';

/** The message of a delivery as its receiver sees it; read when it is opened. */
export function Sent({ delivery, isOpen }: { delivery: StoryDelivery; isOpen: boolean }) {
  const [isExpanded, setExpanded] = useState(isOpen);
  const to = delivery.recipient === undefined ? '' : `, ${delivery.recipient}`;
  return (
    <ExpandableSection
      headerText={`To ${delivery.destination_name}${to}`}
      headerDescription={delivery.digest?.says ?? delivery.says}
      headingTagOverride="h3"
      expanded={isExpanded}
      onChange={({ detail }) => {
        setExpanded(detail.expanded);
      }}
    >
      {isExpanded && <PreviewOf id={delivery.id} />}
    </ExpandableSection>
  );
}

function PreviewOf({ id }: { id: string }) {
  const reading = useRead<Preview>(previewPath(id), []);
  return (
    <Shown reading={reading}>
      {(preview) =>
        preview.channel === 'email' ? <MailPreview mail={preview} /> : <WebhookPreview request={preview} />
      }
    </Shown>
  );
}
