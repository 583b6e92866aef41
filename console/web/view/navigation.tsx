import SideNavigation from '@cloudscape-design/components/side-navigation';
import type { SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import type { KnownSession } from './session.ts';
import { hrefOf } from './view.ts';

const link = (text: string, page: string): SideNavigationProps.Item => ({
  type: 'link',
  text,
  href: hrefOf(page),
});

const PAGES: SideNavigationProps.Item[] = [
  link('Overview', 'overview'),
  link('Alerts', 'alerts'),
  link('Deliveries', 'deliveries'),
  link('Dead letters', 'dead-letters'),
  { type: 'divider' },
  link('Sources', 'sources'),
  link('Destinations', 'destinations'),
  link('Routes', 'routes'),
  link('Silences', 'silences'),
  { type: 'divider' },
  link('Audit', 'audit'),
  link('System', 'system'),
];

export function Navigation(props: { page: string; session: KnownSession | undefined; followed: () => void }) {
  const { page, session, followed } = props;
  const mailbox = session?.mailbox ?? undefined;
  const outside: SideNavigationProps.Item[] =
    mailbox === undefined
      ? []
      : [{ type: 'divider' }, { type: 'link', text: 'Mailbox of this machine', href: mailbox }];
  return (
    <SideNavigation
      header={{ text: session?.gateway.stack ?? 'Tocsin', href: hrefOf('overview') }}
      activeHref={hrefOf(page)}
      items={[...PAGES, ...outside]}
      onFollow={followed}
    />
  );
}
