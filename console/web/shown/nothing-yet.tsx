import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { Command } from './command.tsx';

/** A notice that there is nothing to show, with the next step. */
export function NothingYet(props: { what: string; next?: string; command?: string; action?: ReactNode }) {
  const { what, next, command, action } = props;
  return (
    <Box textAlign="center" color="inherit" margin={{ vertical: 'xs' }}>
      <SpaceBetween size="xs">
        <b>{what}</b>
        {next !== undefined && <Box color="inherit">{next}</Box>}
        {action}
        {command !== undefined && (
          <Box textAlign="left">
            <Command command={command} label="The next step" />
          </Box>
        )}
      </SpaceBetween>
    </Box>
  );
}
