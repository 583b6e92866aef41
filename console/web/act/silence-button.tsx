import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useSession } from '../view/session.ts';
import { useAct } from './acting.tsx';

const DURATIONS = ['30m', '1h', '2h', '4h', '8h', '24h', '7d', '30d'].map((value) => ({ value }));

/** Asks what to silence, for how long and why; then the dialog of the action says what that will do. */
export function SilenceButton({ title, match }: { title: string; match: readonly string[] }) {
  const { mode, because } = useSession();
  const act = useAct();
  const [isAsking, setAsking] = useState(false);
  const [conditions, setConditions] = useState(match.join('\n'));
  const [duration, setDuration] = useState('2h');
  const [comment, setComment] = useState('');
  const isReadOnly = mode === 'read-only';
  const close = () => {
    setAsking(false);
  };
  return (
    <>
      <Button
        disabled={isReadOnly}
        {...(isReadOnly && { disabledReason: because ?? 'the console is read-only' })}
        onClick={() => {
          setConditions(match.join('\n'));
          setAsking(true);
        }}
      >
        {title}
      </Button>
      {isAsking && (
        <Modal
          visible
          header={title}
          closeAriaLabel="Close"
          onDismiss={close}
          footer={
            <Box float="right">
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={close}>
                  Cancel
                </Button>
                <Button
                  variant="primary"
                  disabled={comment.trim() === ''}
                  onClick={() => {
                    close();
                    act(title, {
                      action: 'silence-create',
                      match: conditions
                        .split('\n')
                        .map((line) => line.trim())
                        .filter((line) => line !== ''),
                      for: duration,
                      comment: comment.trim(),
                    });
                  }}
                >
                  What will this do?
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          <SpaceBetween size="m">
            <FormField
              label="Conditions"
              description="One a line; all must hold. Critical and system alerts pass unless a condition names them."
              constraintText="env=dev, severity<=low, title=~.*backup.*"
            >
              <Textarea
                value={conditions}
                rows={4}
                onChange={({ detail }) => {
                  setConditions(detail.value);
                }}
              />
            </FormField>
            <FormField label="For how long">
              <Select
                selectedOption={{ value: duration }}
                options={DURATIONS}
                onChange={({ detail }) => {
                  setDuration(detail.selectedOption.value ?? duration);
                }}
              />
            </FormField>
            <FormField label="Why" description="Who looks at the silence reads this.">
              <Input
                value={comment}
                onChange={({ detail }) => {
                  setComment(detail.value);
                }}
              />
            </FormField>
          </SpaceBetween>
        </Modal>
      )}
    </>
  );
}
