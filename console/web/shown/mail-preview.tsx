import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Preview } from '../../api/deliveries.ts';
import { useRemembered } from '../view/remembered.ts';
import { Said } from './said.tsx';

type Mail = Extract<Preview, { channel: 'email' }>;

const WIDTHS = [
  { id: 'phone', text: 'Phone' },
  { id: 'desktop', text: 'Desktop' },
  { id: 'text', text: 'Text only' },
];
const SCHEMES = [
  { id: 'light', text: 'Light' },
  { id: 'dark', text: 'Dark' },
];

/** A mail as its reader sees it, in a document of its own that runs no script and sends no request. */
export function MailPreview({ mail }: { mail: Mail }) {
  const [width, setWidth] = useRemembered('mail-width', 'desktop');
  const [scheme, setScheme] = useRemembered('mail-scheme', 'light');
  return (
    <SpaceBetween size="m">
      {mail.note !== null && <span className="foreign">{mail.note}</span>}
      <KeyValuePairs
        columns={3}
        items={[
          ['To', mail.to],
          ['Subject', mail.subject],
          ...Object.entries(mail.headers).filter(([name]) => !['subject', 'to'].includes(name.toLowerCase())),
        ].map(([label, value]) => ({ label, value: <span className="foreign">{value}</span> }))}
      />
      <SpaceBetween size="s" direction="horizontal">
        <SegmentedControl
          label="Width of the mail"
          options={WIDTHS}
          selectedId={width}
          onChange={({ detail }) => {
            setWidth(detail.selectedId);
          }}
        />
        {width !== 'text' && (
          <SegmentedControl
            label="Light or dark mail"
            options={SCHEMES}
            selectedId={scheme}
            onChange={({ detail }) => {
              setScheme(detail.selectedId);
            }}
          />
        )}
      </SpaceBetween>
      {width === 'text' ? (
        <Said text={mail.text} label="The text of the mail" />
      ) : (
        // The key makes a new frame for another colour scheme: a document keeps the scheme that it was loaded with.
        <iframe
          key={scheme}
          title={`The mail "${mail.subject}"`}
          className={`mail-frame ${width} ${scheme}`}
          sandbox=""
          referrerPolicy="no-referrer"
          src={mail.html_path}
        />
      )}
    </SpaceBetween>
  );
}
