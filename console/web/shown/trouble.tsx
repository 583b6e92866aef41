import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import type { AskError } from '../ask/ask.ts';
import { Said } from './said.tsx';

const HEADERS: Record<string, string> = {
  'console-gone': 'The console does not answer',
  unreachable: 'The gateway cannot be reached',
  'no-session': 'This browser has no session with the console',
  'read-only': 'The console is read-only',
  'access-denied': 'AWS denies it',
  'not-found': 'There is no such thing here',
};

/** A failure, with what to do about it. */
export function Trouble({ failure, readAgain }: { failure: AskError; readAgain?: () => void }) {
  return (
    <Alert
      type="error"
      header={HEADERS[failure.code] ?? 'This went wrong'}
      action={readAgain !== undefined && <Button onClick={readAgain}>Try again</Button>}
    >
      <span className="foreign">{failure.message}</span>
      {failure.problems.length > 0 && (
        <Said
          label="Every problem"
          text={failure.problems.map(({ path, message }) => `${path}: ${message}`).join('\n')}
        />
      )}
    </Alert>
  );
}
