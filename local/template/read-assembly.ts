import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isJsonObject, parseJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { messageOf, StartError } from '../start-error.ts';

export type Resource = { logicalId: string; type: string; properties: JsonObject };

/** One synthesized stack: its template, and where its assets are on this disk. */
export type Stack = {
  name: string;
  resources: ReadonlyMap<string, Resource>;
  /** Template parameters with their default values: a local run sets none. */
  parameters: ReadonlyMap<string, string>;
  /** The folder of an asset, by the `S3Key` of a function's code. */
  assetFolder(s3Key: string): string;
};

const TEMPLATE_SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  // Only the CDK's check of the bootstrap version, which a local run does not have.
  'Rules',
]);
const RESOURCE_KEYS = new Set([
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdateReplacePolicy',
]);

/**
 * Reads the one stack of a folder that `cdk synth` wrote.
 *
 * @throws {StartError} when there is none or more than one, or the template has a section that the local run does not read
 */
export function readAssembly(folder: string): Stack {
  const artifacts = readObject(join(folder, 'manifest.json'))['artifacts'];
  const stacks = Object.entries(isJsonObject(artifacts) ? artifacts : {}).filter(
    (entry): entry is [string, JsonObject] =>
      isJsonObject(entry[1]) && entry[1]['type'] === 'aws:cloudformation:stack',
  );
  const [first] = stacks;
  if (first === undefined || stacks.length > 1) {
    const found = stacks.map(([id]) => id).join(', ') || 'none';
    throw new StartError(`the local run expects exactly one stack in ${folder}; found ${found}`);
  }
  const [id, artifact] = first;
  const details = isJsonObject(artifact['properties']) ? artifact['properties'] : {};
  const templateFile = String(details['templateFile']);
  const template = readObject(join(folder, templateFile));
  refuseUnknownSections(template);
  const assets = readAssets(join(folder, templateFile.replace(/\.template\.json$/, '.assets.json')));
  return {
    name: typeof details['stackName'] === 'string' ? details['stackName'] : id,
    resources: readResources(template),
    parameters: readParameters(template),
    assetFolder(s3Key) {
      const path = assets.get(s3Key.replace(/\.[a-z]+$/, ''));
      if (path === undefined) throw new StartError(`the assembly has no asset for the code ${s3Key}`);
      return resolve(folder, path);
    },
  };
}

function readObject(path: string): JsonObject {
  try {
    return parseJsonObject(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new StartError(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function refuseUnknownSections(template: JsonObject): void {
  const unknown = Object.keys(template).find((section) => !TEMPLATE_SECTIONS.has(section));
  if (unknown !== undefined)
    throw new StartError(`the local run does not read the template section ${unknown}`);
}

function readResources(template: JsonObject): Map<string, Resource> {
  const resources = new Map<string, Resource>();
  const all = isJsonObject(template['Resources']) ? template['Resources'] : {};
  for (const [logicalId, body] of Object.entries(all)) {
    if (!isJsonObject(body) || typeof body['Type'] !== 'string') {
      throw new StartError(`resource ${logicalId} has no type`);
    }
    const unknown = Object.keys(body).find((key) => !RESOURCE_KEYS.has(key));
    if (unknown !== undefined) {
      throw new StartError(`resource ${logicalId} (${body['Type']}): the local run does not read ${unknown}`);
    }
    const properties = isJsonObject(body['Properties']) ? body['Properties'] : {};
    resources.set(logicalId, { logicalId, type: body['Type'], properties });
  }
  return resources;
}

function readParameters(template: JsonObject): Map<string, string> {
  const all = isJsonObject(template['Parameters']) ? template['Parameters'] : {};
  return new Map(
    Object.entries(all).flatMap(([name, parameter]): [string, string][] =>
      isJsonObject(parameter) && typeof parameter['Default'] === 'string'
        ? [[name, parameter['Default']]]
        : [],
    ),
  );
}

function readAssets(path: string): Map<string, string> {
  if (!existsSync(path)) return new Map();
  const files = readObject(path)['files'];
  return new Map(
    Object.entries(isJsonObject(files) ? files : {}).flatMap(([hash, file]): [string, string][] => {
      const source = isJsonObject(file) && isJsonObject(file['source']) ? file['source'] : {};
      return typeof source['path'] === 'string' ? [[hash, source['path']]] : [];
    }),
  );
}
