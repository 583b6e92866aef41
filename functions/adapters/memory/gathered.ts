/**
 * Collects what comes for one place, from the first on until its moment is over, and hands it on together. What comes
 * after that begins a new group.
 */
export function gathered<T>({
  afterMoment,
  act,
}: {
  /** Runs something once the moment is over that begins now. */
  afterMoment: (run: () => void) => void;
  /** Handles its own failures. */
  act: (place: string, group: T[]) => void;
}): (place: string, one: T) => void {
  const groups = new Map<string, T[]>();
  return (place, one) => {
    const group = groups.get(place);
    if (group !== undefined) {
      group.push(one);
      return;
    }
    const started = [one];
    groups.set(place, started);
    afterMoment(() => {
      groups.delete(place);
      act(place, started);
    });
  };
}
