/**
 * Strict JSON schemas made from the SDK's own types. Making one takes seconds, so they are kept for each version of the
 * SDK below node_modules/.cache.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

type TypeName = 'MessageCreateParamsStreaming' | 'RawMessageStreamEvent';

const MODULES = path.join(import.meta.dirname, '../../node_modules');
const SDK = path.join(MODULES, '@anthropic-ai/sdk');
const CACHE = path.join(MODULES, '.cache/sdk-schemas');

function generate(type: TypeName): string {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(path.join(CACHE, 'entry-'));
  const entry = path.join(folder, 'entry.ts');
  const source = JSON.stringify(path.join(SDK, 'resources/messages/messages'));
  writeFileSync(entry, `import type { ${type} } from ${source};\nexport type Root = ${type};\n`);
  try {
    return JSON.stringify(
      createGenerator({ path: entry, type: 'Root', skipTypeCheck: true }).createSchema('Root'),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function schemaOf(type: TypeName): object {
  const { version } = JSON.parse(readFileSync(path.join(SDK, 'package.json'), 'utf8')) as { version: string };
  const kept = path.join(CACHE, `${type}-${version}.json`);
  let text: string;
  try {
    text = readFileSync(kept, 'utf8');
  } catch {
    text = generate(type);
    const unfinished = `${kept}.${process.pid}`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, kept);
  }
  return JSON.parse(text) as object;
}

const compiled = new Map<TypeName, ValidateFunction>();

/** What the SDK's type does not allow in this value; empty: nothing. */
export function sdkProblems(type: TypeName, value: unknown): string[] {
  let validate = compiled.get(type);
  if (validate === undefined) {
    validate = new Ajv({ strict: false }).compile(schemaOf(type));
    compiled.set(type, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? [])
    .slice(0, 3)
    .map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
