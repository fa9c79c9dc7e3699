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
  run: (again: string[], name: string) => Promise<Outcome>,
  name: string,
): Promise<Outcome>;
/** Files are relative to the repository. */
export function againArguments(files: string[], names: string[]): string[];
export function nodeTests(
  folder: string,
  options?: { concurrency?: number; again?: string[] },
): (file: string) => string[];
