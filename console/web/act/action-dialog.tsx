import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import type { ButtonProps } from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useEffect, useRef, useState } from 'react';
import type { Action, Done, Plan } from '../../api/actions.ts';
import { DO_PATH, PLAN_PATH } from '../../api/paths.ts';
import { ask } from '../ask/ask.ts';
import type { AskError } from '../ask/ask.ts';
import { tell } from '../ask/live.ts';
import { asAskError } from '../ask/use-read.ts';
import { Command } from '../shown/command.tsx';
import { Said } from '../shown/said.tsx';
import { Trouble } from '../shown/trouble.tsx';

type Step =
  | { step: 'planning' }
  | { step: 'planned' | 'doing'; plan: Plan }
  | { step: 'done'; done: Done }
  | { step: 'failed'; failure: AskError };

/** The dialog of an action: the plan with the command that does the same, then the result. */
export function ActionDialog({ title, action, close }: { title: string; action: Action; close: () => void }) {
  const [step, carryOut] = useSteps(action);
  const isDoing = step.step === 'doing';
  const isOver = step.step === 'done' || step.step === 'failed';
  const closing = useRef<ButtonProps.Ref>(null);
  // The button that had the focus is gone at the end; without a focus, no key would reach the dialog.
  useEffect(() => {
    if (isOver) closing.current?.focus();
  }, [isOver]);
  return (
    <Modal
      visible
      header={title}
      size="large"
      closeAriaLabel="Close"
      onDismiss={() => {
        if (!isDoing) close();
      }}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button ref={closing} variant="link" onClick={close} disabled={isDoing}>
              {step.step === 'planned' || isDoing ? 'Cancel' : 'Close'}
            </Button>
            {(step.step === 'planned' || step.step === 'doing') && (
              <Button variant="primary" loading={isDoing} onClick={() => void carryOut(step.plan)}>
                Do it
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <LiveRegion>
        <WhatItDoes step={step} />
      </LiveRegion>
    </Modal>
  );
}

/** The step that the dialog is at, and how to carry out the plan. */
function useSteps(action: Action): [step: Step, carryOut: (plan: Plan) => Promise<void>] {
  const [step, setStep] = useState<Step>({ step: 'planning' });
  const body = JSON.stringify(action);

  useEffect(() => {
    const own = new AbortController();
    void (async () => {
      try {
        setStep({ step: 'planned', plan: await ask<Plan>(PLAN_PATH, JSON.parse(body), own.signal) });
      } catch (error) {
        if (!own.signal.aborted) setStep({ step: 'failed', failure: asAskError(error) });
      }
    })();
    return () => {
      own.abort();
    };
  }, [body]);

  async function carryOut(plan: Plan): Promise<void> {
    setStep({ step: 'doing', plan });
    try {
      setStep({ step: 'done', done: await ask<Done>(DO_PATH, action, null) });
    } catch (error) {
      setStep({ step: 'failed', failure: asAskError(error) });
    }
    tell('actions');
  }

  return [step, carryOut];
}

function WhatItDoes({ step }: { step: Step }) {
  switch (step.step) {
    case 'planning':
      return (
        <Box>
          <Spinner /> Finding out what this will do…
        </Box>
      );
    case 'planned':
    case 'doing':
      return (
        <SpaceBetween size="m">
          <Box variant="h3">This will happen</Box>
          <Said text={step.plan.says} label="What will happen" keepsLines />
          <Box variant="awsui-key-label">The command that does the same</Box>
          <Command command={step.plan.command} label="The command that does the same" />
        </SpaceBetween>
      );
    case 'done':
      return (
        <SpaceBetween size="m">
          <Alert type={step.done.ok ? 'success' : 'error'} header={step.done.ok ? 'Done' : 'It did not work'}>
            {step.done.ok ? 'This happened:' : 'The command ran, and what it tried went wrong:'}
          </Alert>
          <Said text={step.done.says} label="What happened" keepsLines />
          <Box variant="awsui-key-label">The command that does the same</Box>
          <Command command={step.done.command} label="The command that does the same" />
        </SpaceBetween>
      );
    case 'failed':
      return <Trouble failure={step.failure} />;
  }
}
