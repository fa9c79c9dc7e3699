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

/** A run that gives several figures at once. */
export interface Measured<K extends string> {
  label: string;
  run(): Promise<Record<K, number>>;
}

/**
 * `rounds` runs of each, after one of each that does not count; who goes first changes from round to round.
 * @returns the series of each figure, by its name
 */
export async function alternateAll<K extends string>(
  rounds: number,
  keys: readonly K[],
  ours: Measured<K>,
  peer: Measured<K>,
): Promise<(key: K) => Pick<Comparison, 'ours' | 'peer'>> {
  const runs: Record<'ours' | 'peer', Record<K, number>[]> = { ours: [], peer: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const who of round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const)) {
      const figures = await (who === 'ours' ? ours : peer).run();
      for (const key of keys) assert.ok(Number.isFinite(figures[key]), `${who} has no figure for ${key}`);
      if (round > 0) runs[who].push(figures);
    }
  }
  return (key) => ({
    ours: { label: ours.label, ms: runs.ours.map((figures) => figures[key]) },
    peer: { label: peer.label, ms: runs.peer.map((figures) => figures[key]) },
  });
}

/** The same for what gives one figure. */
export async function alternate(
  rounds: number,
  ours: Contender,
  peer: Contender,
): Promise<Pick<Comparison, 'ours' | 'peer'>> {
  const single = (contender: Contender): Measured<'ms'> => ({
    label: contender.label,
    run: async () => ({ ms: await contender.run() }),
  });
  const series = await alternateAll(rounds, ['ms'], single(ours), single(peer));
  return series('ms');
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
