/** The actions of the console. Each is one command of the CLI, and its fields are that command's options. */
export type Action =
  | {
      action: 'silence-create';
      /** Conditions that must all hold, for example `env=dev`. */
      match: string[];
      /** A duration (`2h`), or `until` an instant. */
      for?: string;
      until?: string;
      start?: string;
      comment: string;
    }
  | { action: 'silence-expire'; id: string }
  | { action: 'destination-test'; name: string }
  | { action: 'source-test'; name: string }
  | { action: 'destination-enable' | 'destination-disable'; name: string }
  | { action: 'route-enable' | 'route-disable'; name: string }
  | { action: 'canary-run' }
  | { action: 'redrive-all' }
  | {
      action: 'redrive';
      destination?: string;
      reason?: string;
      since?: string;
      /** `message_id` of single letters. */
      letters?: string[];
    }
  | { action: 'replay-alert'; alert: string; destination?: string; again?: boolean }
  | { action: 'replay-destination'; destination: string; since: string; until?: string; again?: boolean };

/** The plan of an action; nothing has been done. */
export type Plan = {
  /** In the words of the CLI, lines of plain text. */
  says: string;
  /** The command that does the same, to be pasted into a shell. */
  command: string;
  /** The document of the command's dry run, where it has one. */
  found: unknown;
};

/** The result of an action. */
export type Done = {
  /** False where the command ran and what it tried went wrong, such as a test that did not arrive. */
  ok: boolean;
  says: string;
  command: string;
  /** The command's JSON document. */
  result: unknown;
};
