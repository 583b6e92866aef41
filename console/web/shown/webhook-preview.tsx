import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Preview } from '../../api/deliveries.ts';
import { ListTable } from './list-table.tsx';
import { Said } from './said.tsx';

type Request = Extract<Preview, { channel: 'webhook' }>;

/** A request as its receiver gets it, and how the receiver checks its origin. */
export function WebhookPreview({ request }: { request: Request }) {
  return (
    <SpaceBetween size="m">
      {request.note !== null && <span className="foreign">{request.note}</span>}
      {request.is_as_sent !== null && (
        <StatusIndicator type={request.is_as_sent ? 'success' : 'warning'}>
          {request.is_as_sent
            ? 'These are the bytes that were sent, by their SHA-256.'
            : 'Other bytes were sent: the destination has been changed since, or the message said how often it was seen.'}
        </StatusIndicator>
      )}
      <Box variant="code">
        <span className="foreign">
          {request.method} {request.url}
        </span>
      </Box>
      <ListTable
        name="headers"
        variant="embedded"
        lines={request.headers}
        idOf={({ name }) => name}
        empty="It has no headers."
        columns={[
          { id: 'name', name: 'Header', width: 170, cell: ({ name }) => name },
          {
            id: 'value',
            name: 'Value',
            width: 310,
            cell: ({ value }) => <span className="foreign">{value}</span>,
          },
          { id: 'explained', name: 'What it is for', width: 390, cell: ({ explained }) => explained ?? '' },
        ]}
      />
      <div>
        <Box variant="awsui-key-label">How the receiver checks it</Box>
        <span className="foreign">{request.signature}</span>
      </div>
      <div>
        <Box variant="awsui-key-label">Body</Box>
        <Said text={pretty(request.body)} label="The body of the request" />
      </div>
    </SpaceBetween>
  );
}

/** A body with line breaks where it is JSON, for the eye only: the signature is of the bytes as they are sent. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
