import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { DeadLetterGroup, DeadLetterLine, DeadLetters } from '../../api/operations.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { Age } from '../shown/age.tsx';
import { Instant } from '../shown/instant.tsx';
import { ListTable } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Shown } from '../shown/shown.tsx';
import { hrefOf } from '../view/view.ts';

const COLUMNS: Column<DeadLetterLine>[] = [
  {
    id: 'alert',
    name: 'Alert',
    width: 230,
    cell: ({ alert_id: id, alert_title: title }) =>
      id === null ? (
        '–'
      ) : (
        <Link href={hrefOf('alerts', id)}>
          <span className="foreign">{title ?? id}</span>
        </Link>
      ),
  },
  { id: 'sent', name: 'Since', width: 185, cell: ({ sent_at: at }) => <Instant at={at} /> },
  {
    id: 'destination',
    name: 'Destination',
    width: 140,
    cell: ({ destination_name: name }) =>
      name === null ? '–' : <Link href={hrefOf('destinations', name)}>{name}</Link>,
  },
  {
    id: 'detail',
    name: 'In words',
    width: 190,
    cell: ({ detail, delivery_id: id }) => {
      const words = <span className="foreign">{detail ?? 'the delivery'}</span>;
      return id === null ? words : <Link href={hrefOf('deliveries', id)}>{words}</Link>;
    },
  },
  { id: 'attempts', name: 'Attempts', width: 125, cell: ({ attempts }) => attempts ?? '–' },
];

/** Deliveries that are not retried any more, by reason, with the action that sends them again. */
export function DeadLettersPage() {
  const reading = useRead<DeadLetters>(READ_PATHS.deadLetters, ['deliveries', 'actions']);
  return (
    <Shown reading={reading}>
      {({ groups, count, being_read: beingRead }) => (
        <SpaceBetween size="l">
          <Header
            variant="h1"
            counter={`(${String(count)})`}
            description="What nobody retries by itself. It is kept until it is sent again, for 14 days at most."
            actions={
              <ActionButton title="Redrive all" action={{ action: 'redrive-all' }} isDisabled={count === 0} />
            }
          >
            Dead letters
          </Header>
          {count === 0 && (
            <NothingYet
              what="There is no dead letter."
              next="What was accepted is delivered, waits for its time, or was left out for a reason that its alert tells."
            />
          )}
          {groups.map((group) => (
            <Group key={group.reason} group={group} />
          ))}
          {beingRead > 0 && (
            <Box color="text-body-secondary">
              {beingRead} more cannot be shown just now, because somebody else reads them; they come back
              within a minute.
            </Box>
          )}
        </SpaceBetween>
      )}
    </Shown>
  );
}

function Group({ group }: { group: DeadLetterGroup }) {
  const [selected, select] = useState<readonly DeadLetterLine[]>([]);
  const there = selected.filter(({ message_id: id }) =>
    group.letters.some((letter) => letter.message_id === id),
  );
  const chosen = there.length === 0 ? 'Redrive chosen' : `Redrive ${String(there.length)} chosen`;
  return (
    <ListTable
      name={`dead letters: ${group.reason}`}
      lines={group.letters}
      idOf={({ message_id: id }) => id}
      labelOf={({ alert_title: title, message_id: id }) => title ?? id}
      columns={COLUMNS}
      selection={{ selected: there, select }}
      empty={<NothingYet what="They cannot be shown just now; look again in a minute." />}
      header={
        <Header
          variant="h2"
          counter={`(${String(group.count)})`}
          description={
            <>
              The oldest came <Age at={group.oldest_at} />. <span className="foreign">{group.remedy}</span>
            </>
          }
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              <ActionButton
                title={chosen}
                label={`${chosen}, of those with the reason ${group.reason}`}
                isDisabled={there.length === 0}
                action={{ action: 'redrive', letters: there.map(({ message_id: id }) => id) }}
              />
              <ActionButton
                title="Redrive this reason"
                label={`Redrive this reason: ${group.reason}`}
                action={{ action: 'redrive', reason: group.reason }}
              />
            </SpaceBetween>
          }
        >
          {group.reason}
        </Header>
      }
    />
  );
}
