import type { AwsEvents } from '../../functions/core/model/config/aws-events.ts';
import type { Fields } from '../../functions/core/config/problem.ts';

/** The remediation of a type of alert, as a configuration file says it. The page is the vendor's own. */
type PackRemediation = { step: readonly string[]; url: string };

/** A configuration file for one vendor that comes with Tocsin. */
export type Pack = {
  /** Also the name of its source and of its route. */
  name: string;
  /** The alerts that it is for, in a line. */
  summary: string;
  /** The page below docs/sources that says how the sender is set up. */
  page: string;
  /** The fields of its source; of a pack of AWS those without the AWS door, but for the topic. */
  source: Fields;
  /** The word of `awsEvents` by which the AWS door lets its events in. */
  awsEvents?: AwsEvents;
  /** By type of alert: exact, or its beginning and `*`. */
  remediation: Readonly<Record<string, PackRemediation>>;
};
