/**
 * A table that adds labels to alerts before they are routed: one label in, labels out.
 *
 * It adds what an operator knows of a value, such as the name and the owner of an account. It never chooses who is told.
 */
export type Lookup = {
  /** `lkp_` and random characters. */
  id: string;
  name: string;
  /** The label whose value is looked up: `account`. */
  label: string;
  /** The labels that each value gets. */
  entries: Record<string, Record<string, string>>;
  createdAt: string;
  updatedAt: string;
};
