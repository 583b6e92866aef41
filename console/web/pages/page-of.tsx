import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Header from '@cloudscape-design/components/header';
import { useEffect } from 'react';
import type { ReactElement } from 'react';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { hrefOf } from '../view/view.ts';
import type { View } from '../view/view.ts';
import { AlertPage } from './alert.tsx';
import { AlertsPage } from './alerts.tsx';
import { AuditPage } from './audit.tsx';
import { DeadLettersPage } from './dead-letters.tsx';
import { DeliveriesPage } from './deliveries.tsx';
import { DeliveryPage } from './delivery.tsx';
import { DestinationPage } from './destination.tsx';
import { DestinationsPage } from './destinations.tsx';
import { OverviewPage } from './overview.tsx';
import { RoutesPage } from './routes.tsx';
import { SilencesPage } from './silences.tsx';
import { SourcePage } from './source.tsx';
import { SourcesPage } from './sources.tsx';
import { SystemPage } from './system.tsx';

type Pages = { title: string; list: (view: View) => ReactElement; one?: (id: string) => ReactElement };

const PAGES: Record<string, Pages> = {
  overview: { title: 'Overview', list: () => <OverviewPage /> },
  alerts: {
    title: 'Alerts',
    list: ({ query }) => <AlertsPage query={query} />,
    one: (id) => <AlertPage id={id} />,
  },
  deliveries: {
    title: 'Deliveries',
    list: ({ query }) => <DeliveriesPage query={query} />,
    one: (id) => <DeliveryPage id={id} />,
  },
  'dead-letters': { title: 'Dead letters', list: () => <DeadLettersPage /> },
  sources: { title: 'Sources', list: () => <SourcesPage />, one: (id) => <SourcePage name={id} /> },
  destinations: {
    title: 'Destinations',
    list: () => <DestinationsPage />,
    one: (id) => <DestinationPage name={id} />,
  },
  routes: { title: 'Routes', list: () => <RoutesPage /> },
  silences: { title: 'Silences', list: () => <SilencesPage /> },
  audit: { title: 'Audit', list: ({ query }) => <AuditPage query={query} /> },
  system: { title: 'System', list: () => <SystemPage /> },
};

/** The breadcrumbs: the page, and the item of it. */
export function Breadcrumbs({ view }: { view: View }) {
  const title = PAGES[view.page]?.title ?? 'Not found';
  const page = { text: title, href: hrefOf(view.page) };
  return (
    <BreadcrumbGroup
      ariaLabel="Where you are"
      items={view.id === undefined ? [page] : [page, { text: view.id, href: hrefOf(view.page, view.id) }]}
    />
  );
}

/** The page that an address names. */
export function PageOf({ view }: { view: View }) {
  const page = PAGES[view.page];
  const title = page === undefined ? 'Not found' : page.title;
  useEffect(() => {
    document.title = `${view.id === undefined ? title : `${title}: ${view.id}`} · Tocsin`;
  }, [title, view.id]);
  if (page === undefined) {
    return (
      <>
        <Header variant="h1">Not found</Header>
        <NothingYet what={`The console has no page "${view.page}".`} next="Choose one in the navigation." />
      </>
    );
  }
  return view.id !== undefined && page.one !== undefined ? page.one(view.id) : page.list(view);
}
