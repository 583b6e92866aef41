import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import TimeInput from '@cloudscape-design/components/time-input';
import { useState } from 'react';
import type { Action } from '../../api/actions.ts';
import { useSession } from '../view/session.ts';
import { useAct } from './acting.tsx';
import { type ChosenTime, instantOf } from './chosen-times.ts';

const DURATIONS = ['30m', '1h', '2h', '4h', '8h', '24h', '7d', '30d'].map((value) => ({ value }));
const BETWEEN = { value: 'between', label: 'Between two times' };
const NO_TIME: ChosenTime = { day: '', time: '' };

type Draft = { conditions: string; duration: string; start: ChosenTime; end: ChosenTime; comment: string };

/** A button that asks for matchers, time and reason; then the dialog of the action says what the silence will do. */
export function SilenceButton({ title, match }: { title: string; match: readonly string[] }) {
  const { mode, because } = useSession();
  const [isAsking, setAsking] = useState(false);
  const [draft, setDraft] = useState<Draft>({
    conditions: '',
    duration: '2h',
    start: NO_TIME,
    end: NO_TIME,
    comment: '',
  });
  const isReadOnly = mode === 'read-only';
  const put = (changes: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...changes }));
  };
  return (
    <>
      <Button
        disabled={isReadOnly}
        {...(isReadOnly && { disabledReason: because ?? 'the console is read-only' })}
        onClick={() => {
          put({ conditions: match.join('\n') });
          setAsking(true);
        }}
      >
        {title}
      </Button>
      {isAsking && (
        <SilenceDialog
          title={title}
          draft={draft}
          put={put}
          close={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}

type DraftProps = { draft: Draft; put: (changes: Partial<Draft>) => void };

function SilenceDialog({ title, draft, put, close }: DraftProps & { title: string; close: () => void }) {
  const act = useAct();
  const isTimeMissing = draft.duration === BETWEEN.value && instantOf(draft.end) === undefined;
  return (
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
              disabled={draft.comment.trim() === '' || isTimeMissing}
              onClick={() => {
                close();
                act(title, actionOf(draft));
              }}
            >
              What will this do?
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SilenceFields draft={draft} put={put} />
    </Modal>
  );
}

function actionOf({ conditions, duration, start, end, comment }: Draft): Action {
  const [startsAt, until] = [instantOf(start), instantOf(end)];
  return {
    action: 'silence-create',
    match: conditions
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    ...(duration === BETWEEN.value
      ? { ...(startsAt !== undefined && { start: startsAt }), ...(until !== undefined && { until }) }
      : { for: duration }),
    comment: comment.trim(),
  };
}

function SilenceFields({ draft, put }: DraftProps) {
  const { conditions, duration, start, end, comment } = draft;
  const isBetween = duration === BETWEEN.value;
  return (
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
            put({ conditions: detail.value });
          }}
        />
      </FormField>
      <FormField label="For how long">
        <Select
          selectedOption={isBetween ? BETWEEN : { value: duration }}
          options={[...DURATIONS, BETWEEN]}
          onChange={({ detail }) => {
            put({ duration: detail.selectedOption.value ?? duration });
          }}
        />
      </FormField>
      {isBetween && (
        <SpaceBetween size="m">
          <TimeField
            label="From"
            description="Left out: from now on."
            value={start}
            put={(value) => {
              put({ start: value });
            }}
          />
          <TimeField
            label="Until"
            description="At most 30 days later."
            value={end}
            put={(value) => {
              put({ end: value });
            }}
          />
        </SpaceBetween>
      )}
      <FormField label="Why" description="Who looks at the silence reads this.">
        <Input
          value={comment}
          onChange={({ detail }) => {
            put({ comment: detail.value });
          }}
        />
      </FormField>
    </SpaceBetween>
  );
}

function TimeField(props: {
  label: string;
  description: string;
  value: ChosenTime;
  put: (value: ChosenTime) => void;
}) {
  const { label, description, value, put } = props;
  return (
    <FormField label={label} description={description} constraintText="By the clock of this device.">
      <SpaceBetween size="xs" direction="horizontal">
        <DatePicker
          value={value.day}
          placeholder="YYYY/MM/DD"
          ariaLabel={`${label}: day`}
          onChange={({ detail }) => {
            put({ ...value, day: detail.value });
          }}
        />
        <TimeInput
          value={value.time}
          format="hh:mm"
          placeholder="hh:mm"
          ariaLabel={`${label}: time`}
          onChange={({ detail }) => {
            put({ ...value, time: detail.value });
          }}
        />
      </SpaceBetween>
    </FormField>
  );
}
