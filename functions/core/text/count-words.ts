/** `12,345`, in every locale. */
export function shownCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3}){1,6}$)/g, ',');
}

/** `1 alert`, `12,345 alerts`. */
export function countedAlerts(count: number): string {
  return `${shownCount(count)} ${count === 1 ? 'alert' : 'alerts'}`;
}

/** `1 day`, `2 days`. */
export function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
