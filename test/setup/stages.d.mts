export interface Outcome {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
  /** Failed, and passed when run again. */
  unsteady: string[];
  /** Names of those that node:test ran. */
  failedTests: string[];
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
export function twice(
  run: (more: string[], name: string) => Promise<Outcome>,
  name: string,
): Promise<Outcome>;
export function nodeTests(
  folder: string,
  options?: { concurrency?: number; more?: string[] },
): (file: string) => string[];
