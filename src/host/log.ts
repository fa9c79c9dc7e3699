/** The output channel. Every line passes the redactor, also what a library or the engine wrote. */
import * as vscode from 'vscode';
import { Failure } from '../failures.ts';
import type { Redactor } from './redact.ts';

export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Code Interpreter', { log: true });

  constructor(private readonly redactor: Redactor) {}

  readonly info = (line: string): void => {
    this.channel.info(this.redactor.redact(line));
  };

  error(doing: string, error: unknown): void {
    this.channel.error(this.redactor.redact(`${doing}: ${describe(error)}`));
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}

/** Code and stack of an error and of what caused it. */
function describe(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const code = error instanceof Failure ? `[${error.code}] ` : '';
  const cause =
    error.cause === undefined || depth > 4 ? '' : `\nCaused by: ${describe(error.cause, depth + 1)}`;
  return `${code}${error.stack ?? error.message}${cause}`;
}
