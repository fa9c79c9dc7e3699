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
import { data } from './data.ts';
import { economy } from './economy.ts';
import { withGvisor } from './gvisorEngine.ts';
import * as hardening from './hardening.ts';
import { floodLag } from './lag.ts';
import { describe, median, ratio, type Comparison } from './measure.ts';
import * as panel from './panel.ts';
import { panelCharts } from './panelCharts.ts';
import { panelStream } from './panelStream.ts';
import { profiles } from './profile.ts';
import { proxyRequest, proxyThroughput } from './proxy.ts';

const ALL: Record<string, (context: benches.BenchContext) => Promise<Comparison | Comparison[]>> = {
  'round-trip': benches.cellRoundTrip,
  cold: benches.coldSession,
  plot: benches.samePlot,
  notebook: benches.notebook,
  flood: benches.flood,
  lag: floodLag,
  data,
  'data-profile': profiles,
  'proxy-throughput': proxyThroughput,
  'proxy-request': proxyRequest,
  'hardening-cold': hardening.hardeningCold,
  'hardening-round-trip': hardening.hardeningRoundTrip,
};

/** These need an engine with gVisor. */
const ON_GVISOR: typeof ALL = {
  'gvisor-cold': hardening.gvisorCold,
  'gvisor-round-trip': hardening.gvisorRoundTrip,
};

/** These need no engine, no image and no built CLI. */
const ALONE: Record<string, () => Promise<Comparison | Comparison[]>> = {
  economy,
  'panel-frames': panelStream,
  'panel-typing': panel.panelTyping,
  'panel-usable': panel.panelUsable,
  'panel-parts': panel.panelParts,
  'panel-charts': panelCharts,
};

async function engine(): Promise<string> {
  const facts = await (await engineForTests()).facts();
  return `Docker ${facts.version}, ${facts.defaultRuntime}, cgroup v${facts.cgroupVersion}`;
}

function machine(): Record<string, string> {
  return {
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    system: `${type()}, Node ${process.version}`,
    date: new Date().toISOString().slice(0, 10),
  };
}

async function contextOf(rounds: number): Promise<benches.BenchContext> {
  const cli = path.join(__dirname, '..', '..', 'dist', 'cli.js');
  assert.ok(existsSync(cli), 'The CLI is not built: npm run build');
  return { image: await imageForTests(), cli, rounds };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' }, only: { type: 'string' } },
  });
  const rounds = Number(values.rounds);
  assert.ok(Number.isInteger(rounds) && rounds > 0, '--rounds takes a whole number above 0');
  const isChosen = ([name]: [string, unknown]): boolean => name.includes(values.only ?? '');
  const chosen = Object.entries(ALL).filter(isChosen);
  const onGvisor = Object.entries(ON_GVISOR).filter(isChosen);
  const alone = Object.entries(ALONE).filter(isChosen);
  const names = [ALL, ON_GVISOR, ALONE].flatMap(Object.keys).join(', ');
  assert.ok(chosen.length + onGvisor.length + alone.length > 0, `--only is a part of: ${names}`);
  const context = chosen.length + onGvisor.length === 0 ? null : await contextOf(rounds);
  const where = context === null ? machine() : { ...machine(), engine: await engine() };
  for (const [key, value] of Object.entries(where)) console.log(`${key}: ${value}`);
  const comparisons: Comparison[] = [];
  const tell = (told: Comparison | Comparison[]): void => {
    for (const comparison of [told].flat()) {
      comparisons.push(comparison);
      console.log(`\n${describe(comparison)}`);
    }
  };
  for (const [, bench] of alone) tell(await bench());
  if (context !== null) for (const [, bench] of chosen) tell(await bench(context));
  if (context !== null && onGvisor.length > 0) {
    const without = await withGvisor(context.image, async () => {
      for (const [, bench] of onGvisor) tell(await bench(context));
    });
    if (without !== null) console.log(`\ngVisor was not measured: ${without}`);
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
    JSON.stringify({ machine: where, image: context?.image ?? null, results }, null, 2) + '\n',
  );
}

void main();
