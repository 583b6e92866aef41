/**
 * A refusal in the words of an AWS service.
 *
 * `code` is the exception's name as SDK clients see it in `error.name`; `details` are further members of the answer.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** The refusal of an action that nothing here needs. `code` is how the service names an unknown action. */
export function notEmulated(code: string, service: string, action: string): AwsError {
  return new AwsError(code, `the local run does not emulate the ${service} action ${action}`);
}
