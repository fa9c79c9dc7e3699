/**
 * `npm run bench`: prints, in one run, medians and ratios against what people would use instead.
 * `--json FILE` writes them, `--rounds N` (default 5) and `--only NAME` (part of a name) limit the run.
 */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { engineForTests, imageForTests } from '../support/dockerFixture.ts';
import * as benches from './benches.ts';
import { describe, median, ratio, type Comparison } from './measure.ts';

const ALL: Record<string, (context: benches.BenchContext) => Promise<Comparison>> = {
  'round-trip': benches.cellRoundTrip,
  cold: benches.coldSession,
  plot: benches.samePlot,
  notebook: benches.notebook,
  flood: benches.flood,
};

async function machine(): Promise<Record<string, string>> {
  const facts = await (await engineForTests()).facts();
  return {
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    system: `${type()}, Node ${process.version}`,
    engine: `Docker ${facts.version}, ${facts.defaultRuntime}, cgroup v${facts.cgroupVersion}`,
    date: new Date().toISOString().slice(0, 10),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' }, only: { type: 'string' } },
  });
  const rounds = Number(values.rounds);
  assert.ok(Number.isInteger(rounds) && rounds > 0, '--rounds takes a whole number above 0');
  const chosen = Object.entries(ALL).filter(([name]) => name.includes(values.only ?? ''));
  assert.ok(chosen.length > 0, `--only is a part of: ${Object.keys(ALL).join(', ')}`);
  const cli = path.join(__dirname, '..', '..', 'dist', 'cli.js');
  assert.ok(existsSync(cli), 'The CLI is not built: npm run build');
  const context = { image: await imageForTests(), cli, rounds };
  const where = await machine();
  for (const [key, value] of Object.entries(where)) console.log(`${key}: ${value}`);
  const comparisons: Comparison[] = [];
  for (const [, bench] of chosen) {
    const comparison = await bench(context);
    comparisons.push(comparison);
    console.log(`\n${describe(comparison)}`);
  }
  if (values.json === undefined) return;
  const results = comparisons.map((comparison) => ({
    ...comparison,
    oursMedian: median(comparison.ours.ms),
    peerMedian: median(comparison.peer.ms),
    ratio: ratio(comparison),
  }));
  writeFileSync(
    values.json,
    JSON.stringify({ machine: where, image: context.image, results }, null, 2) + '\n',
  );
}

void main();
