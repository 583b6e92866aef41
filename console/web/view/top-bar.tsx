import TopNavigation from '@cloudscape-design/components/top-navigation';
import type { TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useColorMode } from './color-mode.ts';
import type { ColorChoice } from './color-mode.ts';
import type { KnownSession } from './session.ts';
import { hrefOf } from './view.ts';

const CHOICES: { id: ColorChoice; text: string }[] = [
  { id: 'system', text: 'As this computer is set' },
  { id: 'light', text: 'Light' },
  { id: 'dark', text: 'Dark' },
];

/** The bar at the top: the gateway, whether it may be changed, the identity, and the choice of light or dark. */
export function TopBar({ session }: { session: KnownSession | undefined }) {
  const { choice, choose } = useColorMode();
  const colors: TopNavigationProps.MenuDropdownUtility = {
    type: 'menu-dropdown',
    text: 'Light or dark',
    ariaLabel: 'Light or dark',
    iconName: 'settings',
    items: CHOICES.map(({ id, text }) => ({
      id,
      text,
      itemType: 'checkbox',
      checked: id === choice,
    })),
    onItemClick: ({ detail }) => {
      choose(detail.id as ColorChoice);
    },
  };
  return (
    <div id="top" className="top">
      <TopNavigation
        identity={{ href: hrefOf('overview'), title: 'Tocsin' }}
        utilities={session === undefined ? [colors] : [whoAndWhere(session), colors]}
      />
    </div>
  );
}

function whoAndWhere(session: KnownSession): TopNavigationProps.MenuDropdownUtility {
  const { gateway, mode } = session;
  const where = gateway.is_local ? 'this machine' : gateway.region;
  const text = mode === 'read-only' ? `${where}, read-only` : where;
  return {
    type: 'menu-dropdown',
    text,
    // The label holds the visible words, so that speech input can name the button.
    ariaLabel: `Gateway ${gateway.stack} in ${text}`,
    iconName: mode === 'read-only' ? 'lock-private' : 'status-positive',
    items: [
      { id: 'stack', text: `Stack ${gateway.stack}`, secondaryText: gateway.ingest_url, disabled: true },
      { id: 'identity', text: 'Called as', secondaryText: session.identity, disabled: true },
      {
        id: 'mode',
        text: mode === 'read-only' ? 'Read-only' : 'Reads and writes',
        secondaryText: session.because ?? 'Every action asks first',
        disabled: true,
      },
      { id: 'version', text: `Tocsin ${session.version}`, disabled: true },
    ],
  };
}
