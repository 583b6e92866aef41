import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findWebhookFormat } from '../../functions/core/deliver/webhook/formats/index.ts';
import { SEVERITIES } from '../../functions/core/model/wire/severity.ts';
import { anAlert, GOLDEN_ALERT, GOLDEN_CONTEXT } from '../core/deliver/webhook/formats/golden.ts';

/** A Python with the packages below: `python3 -m venv v && v/bin/pip install slack_sdk opsgenie-sdk ocsf-json-schema jsonschema`. */
const PYTHON = process.env['TOCSIN_PYTHON'] ?? 'python3';
const canImport =
  spawnSync(PYTHON, ['-c', 'import jsonschema, ocsf_json_schema, opsgenie_sdk, slack_sdk']).status === 0;
const why = canImport ? '' : ` (skipped: ${PYTHON} has not all of them; set TOCSIN_PYTHON)`;

const ALERTS = [
  GOLDEN_ALERT,
  anAlert(),
  anAlert({ title: 'x'.repeat(2_500), description: '<&>*_`'.repeat(4_000), mitre: ['T1059.001', 'TA0002'] }),
  ...SEVERITIES.map((severity) => anAlert({ severity })),
];
const ENDED = ALERTS.map((alert) => ({ ...alert, status: 'resolved' as const }));

/** Prints what each model finds wrong with the bodies that it reads. */
const SCRIPT = `
import json, sys
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from opsgenie_sdk.api.alert.create_alert_payload import CreateAlertPayload
from slack_sdk.models.blocks import Block

def slack(body):
    for block in body["blocks"]:
        parsed = Block.parse(block)
        parsed.validate_json()
        if parsed.to_dict() != block: yield f"{block} is read as {parsed.to_dict()}"

def opsgenie(body):
    read = CreateAlertPayload(**body)
    if {key: getattr(read, key) for key in body} != body: yield "fields are lost"

finding = Draft202012Validator(OcsfJsonSchemaEmbedded(get_ocsf_schema("1.8.0")).get_class_schema("detection_finding"))
def ocsf(body):
    for error in finding.iter_errors(body): yield f"{list(error.path)} {error.message}"

models = {"slack": slack, "opsgenie": opsgenie, "ocsf": ocsf}
problems = []
for name, body in json.load(sys.stdin):
    try: problems += [[name, found] for found in models[name](body)]
    except Exception as error: problems.append([name, str(error)])
print(json.dumps(problems))
`;

function problemsOf(bodies: readonly (readonly [format: string, body: unknown])[]): string[][] {
  const input = JSON.stringify(bodies);
  return JSON.parse(execFileSync(PYTHON, ['-c', SCRIPT], { input, encoding: 'utf8' })) as string[][];
}

const bodiesOf = (format: string, alerts: readonly (typeof GOLDEN_ALERT)[]) =>
  alerts.map(
    (alert) =>
      [
        format,
        JSON.parse(findWebhookFormat(format)?.render(alert, GOLDEN_CONTEXT) ?? '') as unknown,
      ] as const,
  );

describe.skipIf(!canImport)(`models from PyPI: Slack's, Opsgenie's and OCSF's own schema${why}`, () => {
  it('take every body', () => {
    const bodies = [
      ...bodiesOf('slack', [...ALERTS, ...ENDED]),
      ...bodiesOf('ocsf', [...ALERTS, ...ENDED]),
      // Closing is another request.
      ...bodiesOf('opsgenie', ALERTS),
    ];
    expect(problemsOf(bodies)).toEqual([]);
  });

  it('and refuse what is none', () => {
    const header = { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(200) } };
    const refused = problemsOf([
      ['slack', { blocks: [header] }],
      ['opsgenie', { message: 'a', nonsense: 1 }],
      ['ocsf', { class_uid: 2004 }],
    ]);
    expect([...new Set(refused.map(([name]) => name))]).toEqual(['slack', 'opsgenie', 'ocsf']);
  });
});
