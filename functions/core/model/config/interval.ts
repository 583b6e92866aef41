/** Times of the wall clock under a name, which routes ask for. */
export type Interval = {
  /** `int_` and random characters. */
  id: string;
  name: string;
  /** As `parseTimeIntervals` reads it: `mon-fri 08:00-18:00 Europe/Berlin`. */
  times: string;
  createdAt: string;
  updatedAt: string;
};
