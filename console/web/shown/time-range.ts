import type { DateRangePickerProps } from '@cloudscape-design/components/date-range-picker';

const OPTIONS: (DateRangePickerProps.RelativeOption & { since: string })[] = [
  { key: '1h', amount: 1, unit: 'hour', type: 'relative', since: '1h' },
  { key: '24h', amount: 24, unit: 'hour', type: 'relative', since: '24h' },
  { key: '7d', amount: 7, unit: 'day', type: 'relative', since: '7d' },
  { key: '30d', amount: 30, unit: 'day', type: 'relative', since: '30d' },
];
const UNITS: Record<string, string> = { minute: 'm', hour: 'h', day: 'd' };
const DAYS_OF: Record<string, number> = { week: 7, month: 30, year: 365 };

type Range = { since?: string | undefined; until?: string | undefined };

/** A choice of time for a list, as `since` and `until` of its query; the last 24 hours unless told. */
export function timeRangeProps(
  range: Range,
  put: (range: { since: string | undefined; until: string | undefined }) => void,
): DateRangePickerProps {
  return {
    value: valueOf(range),
    relativeOptions: OPTIONS,
    isValidRange: () => ({ valid: true }),
    showClearButton: false,
    placeholder: 'The last 24 hours',
    i18nStrings: { ariaLabel: 'Time' },
    onChange: ({ detail: { value } }) => {
      put(rangeOf(value));
    },
  };
}

function valueOf({ since, until }: Range): DateRangePickerProps.Value | null {
  const option = OPTIONS.find((one) => one.since === (since ?? '24h'));
  if (until === undefined && option !== undefined) return option;
  const relative = /^(\d+)([mhd])$/u.exec(since ?? '');
  if (until === undefined && relative !== null) {
    const unit = { m: 'minute', h: 'hour', d: 'day' }[relative[2] ?? ''] as 'minute' | 'hour' | 'day';
    return { type: 'relative', amount: Number(relative[1]), unit };
  }
  const startDate = since ?? '';
  return { type: 'absolute', startDate, endDate: until ?? startDate };
}

function rangeOf(value: DateRangePickerProps.Value | null): {
  since: string | undefined;
  until: string | undefined;
} {
  if (value === null) return { since: undefined, until: undefined };
  if (value.type === 'absolute') {
    return {
      since: new Date(value.startDate).toISOString(),
      until: new Date(value.endDate).toISOString(),
    };
  }
  const { amount, unit } = value;
  const days = DAYS_OF[unit];
  const since = days === undefined ? `${String(amount)}${UNITS[unit] ?? 'h'}` : `${String(amount * days)}d`;
  return { since: since === '24h' ? undefined : since, until: undefined };
}
