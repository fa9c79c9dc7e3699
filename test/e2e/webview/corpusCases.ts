/** The corpus of outputs (`test/fixtures/outputs`, made by its `make.py`) as sessions: one family, one page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Output } from '../../../src/shared/outputs.ts';
import { Log } from './scenes.ts';

const caseSchema = z.object({
  family: z.string(),
  kind: z.string(),
  data: z.optional(z.record(z.string(), z.unknown())),
  metadata: z.optional(z.record(z.string(), z.unknown())),
  stream: z.optional(z.array(z.unknown())),
  name: z.optional(z.enum(['stdout', 'stderr'])),
});
type Case = z.infer<typeof caseSchema>;

const CASES = z
  .array(caseSchema)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/outputs/outputs.json'), 'utf8')));

const repeatSchema = z.object({ before: z.string(), repeat: z.string(), times: z.int(), after: z.string() });
const listSchema = z.object({ list: z.int() });

/** What is huge stands in the file as a recipe. */
function expanded(value: unknown): unknown {
  const text = repeatSchema.safeParse(value);
  if (text.success) return text.data.before + text.data.repeat.repeat(text.data.times) + text.data.after;
  const list = listSchema.safeParse(value);
  return list.success ? Array.from({ length: list.data.list }, (_, n) => ({ n })) : value;
}

const bundle = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).map(([mime, value]) => [mime, expanded(value)]));

function outputsOf({ data, metadata = {}, stream, name = 'stdout' }: Case): Output[] {
  if (stream !== undefined)
    return stream.map((piece) => ({ output_type: 'stream', name, text: String(expanded(piece)) }));
  return [{ output_type: 'display_data', data: bundle(data ?? {}), metadata }];
}

export const FAMILIES = [...new Set(CASES.map(({ family }) => family))];

/** One cell for each case, in this order. */
export const kindsOf = (family: string): string[] =>
  CASES.filter((each) => each.family === family).map(({ kind }) => kind);

export function familyLog(family: string): Log {
  const log = new Log();
  log.ask(family);
  CASES.filter((each) => each.family === family).forEach((each, index) =>
    log.cell(`c${String(index + 1)}`, `${family}, ${each.kind}`, 'x', outputsOf(each)),
  );
  log.end();
  return log;
}
