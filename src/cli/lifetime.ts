/**
 * How one run of the CLI ends. Whatever ends it (its work is done, a signal, a closed pipe, a crash), everything
 * it owns is disposed of first: containers and volumes do not outlive the process.
 */

/** 128 + signal number, as shells report it. */
export const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

/** Removal talks to the engine; a hung engine must not keep the process for ever. */
const DISPOSE_LIMIT_MS = 20_000;

export class Lifetime {
  private readonly owned: (() => Promise<void>)[] = [];
  private interruptHandler: (() => void) | null = null;
  private readonly quitRequested: Promise<number>;
  private requestQuit: (exitCode: number) => void = () => undefined;
  private disposing: Promise<void> | null = null;

  constructor() {
    this.quitRequested = new Promise((resolve) => {
      this.requestQuit = resolve;
    });
  }

  /** `dispose` runs before the process ends, whatever the reason. It must be idempotent. */
  own(dispose: () => Promise<void>): void {
    this.owned.push(dispose);
  }

  /** What the first Ctrl+C does instead of quitting. The second one quits. */
  onInterrupt(handler: () => void): void {
    this.interruptHandler = handler;
  }

  signal(name: StopSignal): void {
    const handler = this.interruptHandler;
    this.interruptHandler = null;
    if (name === 'SIGINT' && handler !== null) handler();
    else this.quit(SIGNAL_EXIT_CODES[name]);
  }

  /** Ends the run with this exit code, without waiting for its work. The first request counts. */
  quit(exitCode: number): void {
    this.requestQuit(exitCode);
  }

  /** Runs `work` until it returns an exit code or something asks to quit; disposes of everything, then returns. */
  async run(work: () => Promise<number>): Promise<number> {
    try {
      return await Promise.race([work(), this.quitRequested]);
    } finally {
      await this.dispose();
    }
  }

  private async dispose(): Promise<void> {
    this.disposing ??= this.disposeAll();
    await this.disposing;
  }

  private async disposeAll(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DISPOSE_LIMIT_MS);
    });
    const all = Promise.allSettled(this.owned.map(async (dispose) => dispose())).then(() => undefined);
    await Promise.race([all, limit]);
    clearTimeout(timer);
  }
}
