import Button from '@cloudscape-design/components/button';
import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import type { CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { useNarrow } from '../view/narrow.ts';
import { useRemembered } from '../view/remembered.ts';

/** `name` is the heading of the column; `isHidden` hides it until the reader asks for it. */
export type Column<T> = {
  id: string;
  name: string;
  cell: (line: T) => ReactNode;
  width?: number;
  isHidden?: true;
};

type Selection<T> = {
  selected: readonly T[];
  select: (lines: readonly T[]) => void;
};

/** A table that remembers which columns are shown, in which order and how wide. On a phone each line is a card. */
export function ListTable<T>(props: {
  /** The key of the remembered columns, and the label for screen readers. */
  name: string;
  lines: readonly T[];
  idOf: (line: T) => string;
  columns: readonly Column<T>[];
  empty: ReactNode;
  header?: ReactNode;
  filter?: ReactNode;
  footer?: ReactNode;
  isReading?: boolean;
  variant?: TableProps.Variant;
  selection?: Selection<T>;
  labelOf?: (line: T) => string;
  /** Whether the reader may choose the columns, as in tables that are a page of their own. */
  hasChoices?: true;
}) {
  const { name, lines, idOf, columns, selection, labelOf = idOf } = props;
  const [preferences, keep] = useRemembered<CollectionPreferencesProps.Preferences>(`table:${name}`, {});
  const [widths, keepWidths] = useRemembered<Record<string, number>>(`widths:${name}`, {});
  const isNarrow = useNarrow();
  const display = displayOf(columns, preferences.contentDisplay);
  const shown = display
    .filter(({ visible }) => visible)
    .flatMap(({ id }) => columns.filter((column) => column.id === id));
  return (
    <Table
      variant={props.variant ?? 'container'}
      items={lines}
      trackBy={idOf}
      {...(isNarrow
        ? { columnDefinitions: [stacked(name, shown)] }
        : {
            columnDefinitions: sized(columns, widths),
            columnDisplay: display,
            resizableColumns: true,
          })}
      {...lookOf(preferences)}
      onColumnWidthsChange={({ detail }) => {
        keepWidths({
          ...widths,
          ...Object.fromEntries(shown.map(({ id }, index) => [id, detail.widths[index] ?? 0])),
        });
      }}
      enableKeyboardNavigation
      loading={props.isReading === true && lines.length === 0}
      loadingText="Reading…"
      empty={props.empty}
      header={props.header}
      filter={props.filter}
      footer={props.footer}
      ariaLabels={labelsOf(name, selection && labelOf)}
      {...(selection !== undefined && selectionProps(selection))}
      preferences={
        props.hasChoices === true && (
          <Choices
            name={name}
            columns={columns}
            preferences={{ ...preferences, contentDisplay: display }}
            keep={keep}
          />
        )
      }
    />
  );
}

function lookOf({
  wrapLines = true,
  contentDensity,
  stripedRows = false,
}: CollectionPreferencesProps.Preferences) {
  return { wrapLines, contentDensity: contentDensity ?? 'comfortable', stripedRows };
}

/** The labels for screen readers; `labelOf` names a line of a table whose lines can be chosen. */
function labelsOf<T>(name: string, labelOf?: (line: T) => string): TableProps.AriaLabels<T> {
  return {
    tableLabel: name,
    resizerRoleDescription: 'Resize button',
    ...(labelOf !== undefined && {
      selectionGroupLabel: `Choose of ${name}`,
      allItemsSelectionLabel: () => 'Choose all',
      itemSelectionLabel: (_, line) => `Choose ${labelOf(line)}`,
    }),
  };
}

function selectionProps<T>({ selected, select }: Selection<T>) {
  return {
    selectionType: 'multi' as const,
    selectedItems: selected,
    onSelectionChange: ({ detail }: { detail: { selectedItems: T[] } }) => {
      select(detail.selectedItems);
    },
  };
}

function Choices<T>(props: {
  name: string;
  columns: readonly Column<T>[];
  preferences: CollectionPreferencesProps.Preferences;
  keep: (preferences: CollectionPreferencesProps.Preferences) => void;
}) {
  const { name, columns, preferences, keep } = props;
  return (
    <CollectionPreferences
      title={`How ${name} are shown`}
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={preferences}
      onConfirm={({ detail }) => {
        keep(detail);
      }}
      wrapLinesPreference={{ label: 'Wrap lines', description: 'Show all of a text in its cell' }}
      stripedRowsPreference={{ label: 'Striped rows', description: 'Shade every second row' }}
      contentDensityPreference={{ label: 'Compact', description: 'More rows on the screen' }}
      contentDisplayPreference={{
        title: 'Columns',
        options: columns.map(({ id, name: label }) => ({ id, label })),
      }}
    />
  );
}

/** The columns of a wide table, as wide as the reader or the page has made them. */
function sized<T>(
  columns: readonly Column<T>[],
  widths: Record<string, number>,
): TableProps.ColumnDefinition<T>[] {
  return columns.map(({ id, name: header, cell, width: usual }) => {
    const width = widths[id] ?? usual;
    return { id, header, cell, minWidth: 80, ...(width !== undefined && { width }) };
  });
}

/** One column that holds all cells of a line, one below the other, so that nothing scrolls sideways on a phone. */
function stacked<T>(name: string, columns: readonly Column<T>[]): TableProps.ColumnDefinition<T> {
  return {
    id: 'line',
    header: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    cell: (line) => (
      <dl className="stacked">
        {columns.map((column) => (
          <div key={column.id}>
            <dt>{column.name}</dt>
            <dd>{column.cell(line)}</dd>
          </div>
        ))}
      </dl>
    ),
  };
}

/** The remembered columns, without those that are gone, and with those that are new. */
function displayOf<T>(
  columns: readonly Column<T>[],
  kept: CollectionPreferencesProps.Preferences['contentDisplay'],
): { id: string; visible: boolean }[] {
  const known = (kept ?? []).flatMap((one) => (one.type === 'group' ? [] : [one]));
  const before = known.filter(({ id }) => columns.some((column) => column.id === id));
  const added = columns
    .filter(({ id }) => !known.some((one) => one.id === id))
    .map(({ id, isHidden }) => ({ id, visible: isHidden !== true }));
  return [...before.map(({ id, visible }) => ({ id, visible })), ...added];
}

/** Below a list that is read page by page: how far it reaches, and the way on. */
export function MoreOf(props: {
  hasMore: boolean;
  isReadingMore: boolean;
  readMore: () => void;
  reach: ReactNode;
}) {
  return (
    <SpaceBetween size="xs">
      {props.reach}
      {props.hasMore && (
        <Button onClick={props.readMore} loading={props.isReadingMore} fullWidth>
          Show more
        </Button>
      )}
    </SpaceBetween>
  );
}
