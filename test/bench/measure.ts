/** Measuring two ways of doing the same thing, by turns, so that what else the machine does hits both. */
import assert from 'node:assert/strict';

export interface Series {
  label: string;
  /** One number a run. */
  ms: number[];
}

export interface Comparison {
  name: string;
  /** What one number is. */
  unit: string;
  ours: Series;
  peer: Series;
}

/** A run returns its milliseconds after it has checked that the work was really done. */
export interface Contender {
  label: string;
  run(): Promise<number>;
}

/** `rounds` runs of each, after one of each that does not count; who goes first changes from round to round. */
export async function alternate(
  rounds: number,
  ours: Contender,
  peer: Contender,
): Promise<{ ours: Series; peer: Series }> {
  const series = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    for (const who of round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const)) {
      const ms = await (who === 'ours' ? ours : peer).run();
      if (round > 0) series[who].push(ms);
    }
  }
  return {
    ours: { label: ours.label, ms: series.ours },
    peer: { label: peer.label, ms: series.peer },
  };
}

export async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  assert.ok(values.length > 0, 'nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Above 1: the peer takes that many times longer. */
export const ratio = ({ ours, peer }: Comparison): number => median(peer.ms) / median(ours.ms);

const number = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0));

const range = ({ ms }: Series): string =>
  `${number(median(ms))} (${number(Math.min(...ms))}–${number(Math.max(...ms))}, n=${ms.length})`;

export function describe(comparison: Comparison): string {
  const { name, unit, ours, peer } = comparison;
  return [
    `${name}, ${unit}: median (min–max)`,
    `  ours  ${range(ours).padEnd(34)} ${ours.label}`,
    `  peer  ${range(peer).padEnd(34)} ${peer.label}`,
    `  ratio ${ratio(comparison).toFixed(2)} (peer / ours)`,
  ].join('\n');
}
