import AppLayoutToolbar from '@cloudscape-design/components/app-layout-toolbar';
import ErrorBoundary from '@cloudscape-design/components/error-boundary';
import Flashbar from '@cloudscape-design/components/flashbar';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { useEffect, useMemo, useState } from 'react';
import { READ_PATHS } from '../api/paths.ts';
import type { ConsoleSession } from '../api/session.ts';
import { ActingProvider } from './act/acting.tsx';
import { openLive, useConnection } from './ask/live.ts';
import { useRead } from './ask/use-read.ts';
import { Breadcrumbs, PageOf } from './pages/page-of.tsx';
import { Shown } from './shown/shown.tsx';
import { Navigation } from './view/navigation.tsx';
import { knownSession, SessionProvider } from './view/session.ts';
import { TopBar } from './view/top-bar.tsx';
import { useHash, viewOf } from './view/view.ts';
import type { View } from './view/view.ts';

/** The least width of a window with room for the navigation beside the page. */
const WIDE_PX = 1100;

/** The frame around every page: navigation, the state of the connection, and the page that the address names. */
export function App() {
  const hash = useHash();
  const view = viewOf(hash);
  const [isOpen, setOpen] = useState(window.innerWidth >= WIDE_PX);
  const reading = useRead<ConsoleSession>(READ_PATHS.session, []);
  const isKnown = reading.value !== undefined;
  useEffect(() => {
    if (isKnown) openLive();
  }, [isKnown]);
  const session = useMemo(
    () => (reading.value === undefined ? undefined : knownSession(reading.value)),
    [reading.value],
  );
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <TopBar session={session} />
      <AppLayoutToolbar
        breadcrumbs={<Breadcrumbs view={view} />}
        contentType={isWide(view) ? 'table' : 'default'}
        headerSelector="#top"
        toolsHide
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => {
          setOpen(detail.open);
        }}
        navigation={
          <Navigation
            page={view.page}
            session={session}
            followed={() => {
              if (window.innerWidth < WIDE_PX) setOpen(false);
            }}
          />
        }
        ariaLabels={{
          navigation: 'Pages of the console',
          navigationClose: 'Close the navigation',
          navigationToggle: 'Open the navigation',
          notifications: 'Notices',
        }}
        stickyNotifications
        notifications={<ConnectionNotice />}
        content={
          <Shown reading={{ ...reading, value: session }}>
            {(known) => (
              <SessionProvider value={known}>
                <GuardedPage view={view} />
              </SessionProvider>
            )}
          </Shown>
        }
      />
    </I18nProvider>
  );
}

/** The page of a view. A fault in it leaves the frame as it is, and ends with the next view. */
function GuardedPage({ view }: { view: View }) {
  return (
    <ErrorBoundary
      key={`${view.page}/${view.id ?? ''}`}
      onError={({ error }) => {
        console.error(error);
      }}
    >
      <ActingProvider>
        <PageOf view={view} />
      </ActingProvider>
    </ErrorBoundary>
  );
}

/** Lists take all of the window; other pages stay as wide as lines can be read. */
function isWide({ page, id }: View): boolean {
  return id === undefined && ['alerts', 'deliveries', 'sources', 'destinations'].includes(page);
}

/** A notice that the page cannot be read again just now, with what to do. */
function ConnectionNotice() {
  const connection = useConnection();
  if (!('message' in connection)) return null;
  const isGateway = connection.state === 'gateway-gone';
  return (
    <Flashbar
      items={[
        {
          id: 'connection',
          type: isGateway ? 'warning' : 'error',
          header: isGateway ? 'The gateway cannot be reached' : 'The console does not answer',
          content: <span className="foreign">{connection.message}</span>,
        },
      ]}
    />
  );
}
