import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import type { Reading } from '../ask/use-read.ts';
import { Trouble } from './trouble.tsx';

/** Shows the last value of a reading, once it is there, with a failure above it. */
export function Shown<T>({ reading, children }: { reading: Reading<T>; children: (value: T) => ReactNode }) {
  const { value, failure, readAgain } = reading;
  return (
    <>
      {failure !== undefined && <Trouble failure={failure} readAgain={readAgain} />}
      {value !== undefined && children(value)}
      {value === undefined && failure === undefined && (
        <Box textAlign="center" padding="xxl">
          <Spinner size="large" /> <Box variant="span">Reading…</Box>
        </Box>
      )}
    </>
  );
}
