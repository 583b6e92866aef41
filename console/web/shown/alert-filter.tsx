import PropertyFilter from '@cloudscape-design/components/property-filter';
import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { ALERT_STATUSES } from '../../../functions/core/model/wire/alert.ts';
import { SEVERITIES } from '../../../functions/core/model/wire/severity.ts';

type Filter = Record<string, string | undefined>;

const property = (
  key: string,
  name: string,
  plural: string,
  operator: '=' | '>=' | ':',
): PropertyFilterProps.FilteringProperty => ({
  key,
  propertyLabel: name,
  groupValuesLabel: plural,
  operators: [operator],
  defaultOperator: operator,
});
const PROPERTIES = [
  property('source', 'Source', 'Sources', '='),
  property('severity', 'Severity', 'Severities', '>='),
  property('status', 'Status', 'Statuses', '='),
  property('type', 'Type', 'Types, such as github.*', '='),
  property('routing', 'Routing', 'Routings', '='),
];
const OPERATORS: Record<string, '=' | '>=' | ':'> = { severity: '>=' };
const ROUTINGS = ['routed', 'unrouted', 'dead'];

/** The filter of alerts. A field has one value: a second one takes the place of the first. */
export function AlertFilter(props: {
  filter: Filter;
  put: (changes: Filter) => void;
  sources: readonly string[];
}) {
  const { filter, put, sources } = props;
  const options = [
    ...sources.map((value) => ({ propertyKey: 'source', value })),
    ...SEVERITIES.map((value) => ({ propertyKey: 'severity', value })),
    ...ALERT_STATUSES.map((value) => ({ propertyKey: 'status', value })),
    ...ROUTINGS.map((value) => ({ propertyKey: 'routing', value })),
  ];
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: tokensOf(filter) }}
      onChange={({ detail }) => {
        put(changesOf(detail.tokens));
      }}
      filteringProperties={PROPERTIES}
      filteringOptions={options}
      hideOperations
      filteringAriaLabel="Filter alerts"
      filteringPlaceholder="Filter by source, severity, status, type or text"
      freeTextFiltering={{ operators: [':'], defaultOperator: ':' }}
    />
  );
}

function tokensOf(filter: Filter): PropertyFilterProps.Token[] {
  const tokens = PROPERTIES.flatMap(({ key }): PropertyFilterProps.Token[] => {
    const value = filter[key];
    return value === undefined ? [] : [{ propertyKey: key, operator: OPERATORS[key] ?? '=', value }];
  });
  const { text } = filter;
  return text === undefined ? tokens : [...tokens, { operator: ':', value: text }];
}

/** The last token of a field counts, and so does the last text. */
function changesOf(tokens: readonly PropertyFilterProps.Token[]): Filter {
  const valueOf = (key: string | undefined): string | undefined =>
    tokens.findLast(({ propertyKey }) => propertyKey === key)?.value as string | undefined;
  return {
    ...Object.fromEntries(PROPERTIES.map(({ key }) => [key, valueOf(key)])),
    text: valueOf(undefined),
  };
}
