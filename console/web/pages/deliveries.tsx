import DateRangePicker from '@cloudscape-design/components/date-range-picker';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import type { SelectProps } from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback } from 'react';
import type { StoryDelivery } from '../../api/alerts.ts';
import type { DestinationList } from '../../api/configuration.ts';
import type { DeliveryListQuery, DeliveryPage } from '../../api/deliveries.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { withQuery } from '../ask/ask.ts';
import { usePages } from '../ask/use-pages.ts';
import type { Page } from '../ask/use-pages.ts';
import { useRead } from '../ask/use-read.ts';
import { Instant } from '../shown/instant.tsx';
import { ListTable, MoreOf } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { DELIVERY_STATES } from '../../../functions/core/model/wire/delivery.ts';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Reach } from '../shown/reach.tsx';
import { Shown } from '../shown/shown.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { timeRangeProps } from '../shown/time-range.ts';
import { Trouble } from '../shown/trouble.tsx';
import { useSession } from '../view/session.ts';
import { hrefOf, rename } from '../view/view.ts';

const COLUMNS: Column<StoryDelivery>[] = [
  {
    id: 'says',
    name: 'How it stands',
    width: 190,
    cell: ({ state, says }) => <StateWord state={state} says={says} />,
  },
  { id: 'alert', name: 'Alert', width: 250, cell: (delivery) => <AlertOf delivery={delivery} /> },
  {
    id: 'destination',
    name: 'Destination',
    width: 140,
    cell: ({ destination_name: name }) => <Link href={hrefOf('destinations', name)}>{name}</Link>,
  },
  {
    id: 'created',
    name: 'Owed since',
    width: 210,
    cell: ({ id, created_at: at }) => (
      <Link href={hrefOf('deliveries', id)}>
        <Instant at={at} />
      </Link>
    ),
  },
  { id: 'recipient', name: 'Recipient', width: 190, cell: ({ recipient }) => recipient ?? '–' },
  { id: 'attempt', name: 'Attempts', width: 115, cell: ({ attempts }) => attempts.length },
  { id: 'reason', name: 'Reason', width: 150, isHidden: true, cell: ({ reason }) => reason ?? '–' },
  { id: 'id', name: 'Id', isHidden: true, cell: ({ id }) => id },
];
/** A link to the alert of a delivery; the message of a digest is of no single alert. */
function AlertOf({ delivery }: { delivery: StoryDelivery }) {
  const { id, alert_id: alertId, alert_title: title, own_digest: digest } = delivery;
  return digest === undefined ? (
    <Link href={hrefOf('alerts', alertId)}>
      <span className="foreign">{title ?? alertId}</span>
    </Link>
  ) : (
    <Link href={hrefOf('deliveries', id)}>a digest of several</Link>
  );
}

const ALL: SelectProps.Option = { label: 'All', value: '' };
const STATES: SelectProps.Option[] = [
  { label: 'Any state', value: '' },
  ...DELIVERY_STATES.map((value) => ({ value })),
];
const FIELDS: (keyof DeliveryListQuery)[] = ['destination', 'alert', 'state', 'since', 'until'];
type Filter = Partial<Record<keyof DeliveryListQuery, string | undefined>>;
const pageOf = (answer: unknown): Page<StoryDelivery> => {
  const { deliveries, next, looked_back_to: lookedBackTo } = answer as DeliveryPage;
  return { lines: deliveries, next, lookedBackTo };
};
const idOf = ({ id }: StoryDelivery): string => id;

/** Sorts newest first: the message of a digest is found beside its members, and is newer. */
function newestFirst(lines: readonly StoryDelivery[]): StoryDelivery[] {
  return lines.toSorted((a, b) => b.created_at.localeCompare(a.created_at));
}

/** The deliveries of all destinations or of one, newest first. */
export function DeliveriesPage({ query }: { query: URLSearchParams }) {
  const destinations = useRead<DestinationList>(READ_PATHS.destinations, ['configuration']);
  return (
    <Shown reading={destinations}>
      {({ destinations: known }) => {
        const given: Filter = Object.fromEntries(
          FIELDS.map((field) => [field, query.get(field) ?? undefined]),
        );
        return <DeliveriesOf filter={given} names={known.map(({ name }) => name)} />;
      }}
    </Shown>
  );
}

function DeliveriesOf({ filter, names }: { filter: Filter; names: readonly string[] }) {
  const wanted = JSON.stringify(filter);
  const pathOf = useCallback(
    (after: string | undefined) =>
      withQuery(READ_PATHS.deliveries, { ...(JSON.parse(wanted) as Filter), after }),
    [wanted],
  );
  const hasDestination = names.length > 0;
  const pages = usePages(hasDestination ? pathOf : undefined, pageOf, idOf, ['deliveries', 'actions']);
  const lines = newestFirst(pages.lines);
  const put = (changes: Filter) => {
    rename(hrefOf('deliveries', undefined, { ...filter, ...changes }));
  };
  return (
    <SpaceBetween size="l">
      {pages.failure !== undefined && <Trouble failure={pages.failure} readAgain={pages.readAgain} />}
      <ListTable
        name="deliveries"
        hasChoices
        variant="full-page"
        lines={lines}
        idOf={idOf}
        columns={COLUMNS}
        isReading={hasDestination && pages.isReading}
        header={
          <Header
            variant="h1"
            counter={`(${String(lines.length)}${pages.hasMore ? '+' : ''})`}
            description="What destinations are owed, newest first"
          >
            Deliveries
          </Header>
        }
        filter={<Choices filter={filter} names={names} put={put} />}
        empty={
          pages.failure === undefined ? (
            <NoDeliveries hasMore={pages.hasMore} hasDestination={hasDestination} filter={filter} />
          ) : undefined
        }
        footer={<MoreOf {...pages} reach={<Reach lookedBackTo={pages.lookedBackTo} />} />}
      />
    </SpaceBetween>
  );
}

function NoDeliveries(props: { hasMore: boolean; hasDestination: boolean; filter: Filter }) {
  const session = useSession();
  const { hasMore, hasDestination, filter } = props;
  if (hasMore)
    return <NothingYet what="Nothing like that so far." next="What is older was not looked through yet." />;
  return hasDestination ? (
    <NothingYet
      what={`Nothing is owed to ${filter.destination ?? 'anybody'} like that.`}
      next="Choose another state, or look further back."
    />
  ) : (
    <NothingYet what="There is no destination yet." command={`${session.called_as} setup --channel email`} />
  );
}

function Choices(props: { filter: Filter; names: readonly string[]; put: (changes: Filter) => void }) {
  const { filter, names, put } = props;
  return (
    <SpaceBetween size="m" direction="horizontal">
      <FormField label="Destination">
        <Select
          selectedOption={filter.destination === undefined ? ALL : { value: filter.destination }}
          options={[ALL, ...names.map((value) => ({ value }))]}
          onChange={({ detail }) => {
            put({
              destination: detail.selectedOption.value === '' ? undefined : detail.selectedOption.value,
            });
          }}
        />
      </FormField>
      <FormField label="State">
        <Select
          selectedOption={STATES.find(({ value }) => value === (filter.state ?? '')) ?? null}
          options={STATES}
          onChange={({ detail }) => {
            put({ state: detail.selectedOption.value });
          }}
        />
      </FormField>
      <FormField label="Time">
        <DateRangePicker {...timeRangeProps(filter, put)} />
      </FormField>
    </SpaceBetween>
  );
}
