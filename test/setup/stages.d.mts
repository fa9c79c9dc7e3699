export interface Outcome {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
  time: string;
}
interface Options {
  env?: NodeJS.ProcessEnv;
  limitMs?: number;
}
export function check(name: string, command: string, args: string[], options?: Options): Promise<Outcome>;
export function counted(
  name: string,
  command: string,
  argsFor: (file: string) => string[],
  options?: Options,
): Promise<Outcome>;
export function nodeTests(folder: string, options?: { concurrency?: number }): (file: string) => string[];
