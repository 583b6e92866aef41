/** The body of every answer that is no success. `message` says what happened and what to do, in the words of the CLI. */
export type Problem = {
  error: {
    /** A stable word: `not-found`, `wrong-usage`, `access-denied`, `no-session`, `read-only`, `unreachable`, … */
    code: string;
    message: string;
    /** Every problem of an input, each with the field. */
    problems?: { path: string; message: string }[];
  };
};
