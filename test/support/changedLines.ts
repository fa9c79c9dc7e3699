/** Texts of numbered lines with some of them changed, and a proposal of three such changes. */
import type { ChangesWorld } from './changesWorld.ts';

export const lines = (count: number): string[] => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`);
/** The text with these lines (from 1) replaced. */
export const edited = (text: string[], changes: Record<number, string>): string =>
  text.map((line, n) => changes[n + 1] ?? line).join('');

/** A file of 30 lines, for which changes of lines 3, 15 and 27 are proposed. */
export async function three(on: ChangesWorld, name = 'a.py'): Promise<string[]> {
  const text = lines(30);
  await on.put(name, text.join(''));
  await on.propose(name, edited(text, { 3: 'three\n', 15: 'fifteen\n', 27: 'twenty-seven\n' }));
  return text;
}
