import PropertyFilter from '@cloudscape-design/components/property-filter';
import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { ALERT_STATUSES } from '../../../functions/core/model/wire/alert.ts';
import { SEVERITIES } from '../../../functions/core/model/wire/severity.ts';

type Filter = Record<string, readonly string[]>;

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

/**
 * The filter of alerts. Several values of a field are alternatives; an alert must have all of several texts. A second severity
 * takes the place of the first, since a severity means "and above".
 */
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
  const tokens = PROPERTIES.flatMap(({ key }) =>
    (filter[key] ?? []).map((value) => ({ propertyKey: key, operator: OPERATORS[key] ?? '=', value })),
  );
  return [...tokens, ...(filter['text'] ?? []).map((value) => ({ operator: ':' as const, value }))];
}

function changesOf(tokens: readonly PropertyFilterProps.Token[]): Filter {
  const valuesOf = (key: string | undefined): string[] => [
    ...new Set(tokens.filter(({ propertyKey }) => propertyKey === key).map(({ value }) => String(value))),
  ];
  return {
    ...Object.fromEntries(PROPERTIES.map(({ key }) => [key, valuesOf(key)])),
    severity: valuesOf('severity').slice(-1),
    text: valuesOf(undefined),
  };
}
