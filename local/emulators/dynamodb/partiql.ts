import { isJsonObject, type JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';

/** An item to be put where there is none of its key. */
export type Insert = { table: string; item: JsonObject };

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html (2026-11-27) */
const MOST_STATEMENTS = 25;

const INSERT = /^\s*INSERT\s+INTO\s+(?:"([^"]+)"|(\w+))\s+VALUE\s*\{(.*)\}\s*$/isu;
const MEMBER = /^\s*'([^']+)'\s*:\s*\?\s*$/u;

/** The tables that the statements of a batch write; text that cannot be read names none. */
export function tablesOfStatements(input: JsonObject): string[] {
  const texts = statementsIn(input).map(({ Statement: text }) => (typeof text === 'string' ? text : ''));
  return texts.flatMap((text) => tableIn(INSERT.exec(text)) ?? []);
}

/**
 * The inserts of a `BatchExecuteStatement`; an error stands for a statement that is refused by itself.
 *
 * Of PartiQL this is `INSERT INTO "table" VALUE {'name':?, …}`. Everything else that DynamoDB takes is refused for the whole
 * call, so that nobody takes the refusal for DynamoDB's.
 */
export function insertsIn(input: JsonObject): (Insert | AwsError)[] {
  const statements = statementsIn(input);
  if (statements.length === 0 || statements.length > MOST_STATEMENTS) {
    throw invalid(
      `Member must have length less than or equal to ${String(MOST_STATEMENTS)} and greater than or equal to 1: statements`,
    );
  }
  return statements.map(({ Statement: text, Parameters: parameters = [] }) => {
    const found = INSERT.exec(typeof text === 'string' ? text : '');
    const table = tableIn(found);
    const names = (found?.[3] ?? '').split(',').map((member) => MEMBER.exec(member)?.[1]);
    if (table === undefined || !names.every((name) => name !== undefined)) {
      throw invalid(
        `the local run emulates INSERT INTO "table" VALUE {'name':?} only, not ${JSON.stringify(text)}`,
      );
    }
    if (!Array.isArray(parameters) || parameters.length !== names.length) {
      return invalid("Number of parameters in request and statement don't match.");
    }
    return {
      table,
      item: Object.fromEntries(names.map((name, index) => [name, parameters[index] as unknown])),
    };
  });
}

function statementsIn(input: JsonObject): JsonObject[] {
  const statements = input['Statements'];
  return Array.isArray(statements) ? statements.filter(isJsonObject) : [];
}

function tableIn(found: RegExpExecArray | null): string | undefined {
  return found?.[1] ?? found?.[2];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
