/**
 * `npm run compare`: the attacks of test/sandbox/attacks against our sandbox, a container as `docker run` makes it, and
 * Anthropic's sandbox-runtime, side by side as a Markdown table. `--runtimes runc,runsc` chooses ours. Attacks on resources
 * are left out: the peers have no limits, and this machine would pay for it. Why one does not hold goes to standard error.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { PEERS } from '../support/attackPeers.ts';

const FOLDER = path.join(import.meta.dirname, '../sandbox/attacks');
const LEFT_OUT = /^(resources|key|network)/;

const outcomeSchema = z.object({
  suite: z.string(),
  name: z.string(),
  passed: z.boolean(),
  skipped: z.boolean(),
  onlyOurs: z.boolean(),
  reason: z.string(),
});
type Outcome = z.infer<typeof outcomeSchema>;

async function outcomesOf(runtimes: readonly string[]): Promise<Outcome[]> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test.ts') && !LEFT_OUT.test(name));
  const child = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', '--test', '--test-concurrency=1'],
      `--test-reporter=${path.join(import.meta.dirname, 'outcomes.mjs')}`,
      ...files.map((name) => path.join(FOLDER, name)),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, CODE_INTERPRETER_TEST_RUNTIMES: runtimes.join(',') },
    },
  );
  const outcomes: Outcome[] = [];
  for await (const line of createInterface(child.stdout)) {
    const parsed = outcomeSchema.safeParse(JSON.parse(line));
    if (parsed.success) outcomes.push(parsed.data);
  }
  return outcomes;
}

/** `C: leaving the container (runc)` → the group and the runtime. */
function placeOf({ suite }: Outcome): { group: string; runtime: string } | null {
  const match = /^(.*) \(([^()]+)\)$/.exec(suite);
  return match ? { group: match[1] ?? '', runtime: match[2] ?? '' } : null;
}

const wordOf = (outcome: Outcome | undefined): string => {
  if (outcome === undefined || outcome.onlyOurs) return '–';
  if (outcome.skipped) return 'skipped';
  return outcome.passed ? 'yes' : '**no**';
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runtimes: { type: 'string', default: 'runc' } } });
  const runtimes = [...values.runtimes.split(','), ...Object.keys(PEERS)];
  const outcomes = await outcomesOf(runtimes);
  const rows = new Map<string, Map<string, Outcome>>();
  for (const outcome of outcomes) {
    const place = placeOf(outcome);
    if (place === null) continue;
    if (wordOf(outcome) === '**no**') console.error(`${place.runtime}: ${outcome.name}: ${outcome.reason}`);
    const row = rows.get(outcome.name) ?? new Map<string, Outcome>();
    row.set(place.runtime, outcome);
    rows.set(outcome.name, row);
  }
  console.log(line(['holds', ...runtimes]));
  console.log(line(['---', ...runtimes.map(() => '---')]));
  for (const [name, row] of rows)
    console.log(line([name.replaceAll('|', '\\|'), ...runtimes.map((runtime) => wordOf(row.get(runtime)))]));
  const total = runtimes.map((runtime) => {
    // What must still work is beside each denial; a peer that does less fails these for its own reasons.
    const denials = [...rows].filter(([name]) => !/^gap|may still/.test(name));
    const counted = denials.map(([, row]) => wordOf(row.get(runtime)));
    const yes = counted.filter((word) => word === 'yes').length;
    return `${yes} of ${yes + counted.filter((word) => word === '**no**').length}`;
  });
  console.log(line(['**denials that hold**', ...total]));
}

void main();
