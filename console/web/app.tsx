import AppLayout from '@cloudscape-design/components/app-layout';
import Header from '@cloudscape-design/components/header';

export function App() {
  return <AppLayout toolsHide navigationHide content={<Header variant="h1">Tocsin</Header>} />;
}
