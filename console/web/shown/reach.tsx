import Box from '@cloudscape-design/components/box';
import { Instant } from './instant.tsx';

/** How far back a list reaches. */
export function Reach({ lookedBackTo }: { lookedBackTo: string | undefined }) {
  if (lookedBackTo === undefined) return null;
  return (
    <Box textAlign="center" color="text-body-secondary">
      This is all since <Instant at={lookedBackTo} />
    </Box>
  );
}
