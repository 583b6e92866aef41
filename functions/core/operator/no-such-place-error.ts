/** A list is to go on at a place that no list has named. */
export class NoSuchPlaceError extends Error {
  constructor(place: string) {
    super(
      `after: ${JSON.stringify(place)} is no place in this list; expected the value of "next" that the page before gave`,
    );
    this.name = 'NoSuchPlaceError';
  }
}
