import Button from '@cloudscape-design/components/button';
import type { ButtonProps } from '@cloudscape-design/components/button';
import type { Action } from '../../api/actions.ts';
import { useSession } from '../view/session.ts';
import { useAct } from './acting.tsx';

/** Opens the dialog that says what an action will do. Where the console may not write, it says so. */
export function ActionButton(props: {
  /** The words of the button, and the title of the dialog. */
  title: string;
  action: Action;
  /** The label for screen readers, where the title alone does not tell which one is meant. */
  label?: string;
  isDisabled?: boolean;
  variant?: ButtonProps['variant'];
}) {
  const { title, action, label, isDisabled = false, variant = 'normal' } = props;
  const { mode, because } = useSession();
  const act = useAct();
  const isReadOnly = mode === 'read-only';
  return (
    <Button
      variant={variant}
      {...(label !== undefined && { ariaLabel: label })}
      disabled={isDisabled || isReadOnly}
      {...(isReadOnly && { disabledReason: because ?? 'the console is read-only' })}
      onClick={() => {
        act(title, action);
      }}
    >
      {title}
    </Button>
  );
}
