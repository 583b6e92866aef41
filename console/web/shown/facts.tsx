import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { ReactNode } from 'react';

/** Facts of a source or a destination, each under its label. */
export function Facts({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <Container header={<Header variant="h2">How it stands</Header>}>
      <KeyValuePairs
        columns={3}
        items={items.map(([label, value]) => ({ label, value: <span className="foreign">{value}</span> }))}
      />
    </Container>
  );
}
