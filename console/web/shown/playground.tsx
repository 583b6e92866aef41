import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import LiveRegion from '@cloudscape-design/components/live-region';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { Explained, ExplainRequest, SourceList } from '../../api/configuration.ts';
import { EXPLAIN_PATH, READ_PATHS } from '../../api/paths.ts';
import { ask } from '../ask/ask.ts';
import type { AskError } from '../ask/ask.ts';
import { asAskError, useRead } from '../ask/use-read.ts';
import { Said } from './said.tsx';
import { Trouble } from './trouble.tsx';

const SAMPLE = JSON.stringify(
  { title: 'Root login without MFA', severity: 'critical', labels: { environment: 'prod' } },
  undefined,
  2,
);

/** A form for a payload that shows which destinations would be told. It sends nothing and stores nothing. */
export function Playground() {
  const sources = useRead<SourceList>(READ_PATHS.sources, ['configuration']);
  const names = sources.value?.sources.map(({ name }) => name) ?? [];
  const [inputs, setInputs] = useState<Inputs>({ source: undefined, payload: SAMPLE, at: '' });
  const [explained, setExplained] = useState<Explained>();
  const [failure, setFailure] = useState<AskError>();
  const [isAsking, setAsking] = useState(false);
  const { source = names[0], payload, at } = inputs;

  async function explain(): Promise<void> {
    if (source === undefined) return;
    setAsking(true);
    const request: ExplainRequest = { source, payload, ...(at.trim() !== '' && { at: at.trim() }) };
    try {
      setExplained(await ask<Explained>(EXPLAIN_PATH, request, null));
      setFailure(undefined);
    } catch (error) {
      setFailure(asAskError(error));
      setExplained(undefined);
    }
    setAsking(false);
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Paste what a source sends, as it sends it: it is read and routed as if it came, and nothing is sent."
        >
          Who would be told?
        </Header>
      }
    >
      <SpaceBetween size="m">
        <PlaygroundFields
          inputs={{ source, payload, at }}
          names={names}
          put={(changes) => {
            setInputs((before) => ({ ...before, ...changes }));
          }}
        />
        <Button
          loading={isAsking}
          disabled={source === undefined}
          onClick={() => {
            void explain();
          }}
        >
          Explain
        </Button>
        <LiveRegion>
          {failure !== undefined && <Trouble failure={failure} />}
          {explained !== undefined && <Explanation explained={explained} />}
        </LiveRegion>
      </SpaceBetween>
    </Container>
  );
}

function Explanation({ explained }: { explained: Explained }) {
  return (
    <SpaceBetween size="s">
      <Box variant="h3">
        {explained.told.length === 0 ? 'Nobody would be told' : `Would be told: ${explained.told.join(', ')}`}
      </Box>
      <Said text={explained.says} label="Who would be told, and why" keepsLines />
    </SpaceBetween>
  );
}

type Inputs = { source: string | undefined; payload: string; at: string };

function PlaygroundFields(props: {
  inputs: Inputs;
  names: readonly string[];
  put: (changes: Partial<Inputs>) => void;
}) {
  const { inputs, names, put } = props;
  return (
    <>
      <FormField label="Source">
        <Select
          selectedOption={inputs.source === undefined ? null : { value: inputs.source }}
          options={names.map((value) => ({ value }))}
          placeholder="Choose one"
          empty="There is no source yet"
          onChange={({ detail }) => {
            put({ source: detail.selectedOption.value });
          }}
        />
      </FormField>
      <FormField label="Payload">
        <Textarea
          value={inputs.payload}
          rows={10}
          spellcheck={false}
          onChange={({ detail }) => {
            put({ payload: detail.value });
          }}
        />
      </FormField>
      <FormField
        label="At what time"
        constraintText="Now, unless an instant stands here: 2026-12-24T18:00:00Z"
      >
        <Input
          value={inputs.at}
          onChange={({ detail }) => {
            put({ at: detail.value });
          }}
        />
      </FormField>
    </>
  );
}
