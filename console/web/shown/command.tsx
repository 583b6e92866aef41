import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { Said } from './said.tsx';

/** A command that can be pasted into a shell as it stands. */
export function Command({ command, label }: { command: string; label: string }) {
  return (
    <div className="command">
      <Said text={command} label={label} />
      <CopyToClipboard
        variant="icon"
        textToCopy={command}
        copyButtonAriaLabel={`Copy: ${label}`}
        copySuccessText="Copied"
        copyErrorText="The browser did not copy it; select the text"
      />
    </div>
  );
}
