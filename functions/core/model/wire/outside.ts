/** An alert came outside of the time intervals of its route. It is held until an instant, or dropped where there is none. */
export type Outside = {
  /** What they are called, as they were then. */
  intervals: string[];
  until?: string;
  /** The routes that hold it, by id: their hours are asked again until it is told. */
  routes?: string[];
};
