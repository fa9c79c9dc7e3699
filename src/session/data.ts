/** The user's own look at variables and tables: no cell, nothing in the log, nothing for the model. */
import type { Kernel } from '../kernel/kernel.ts';
import { askKernel, type Asked, type Query } from '../kernel/queries.ts';
import { t } from '../shared/l10n.ts';
import type { Language } from '../shared/outputs.ts';

export class SessionData {
  private stop = new AbortController();

  /** @param kernel that of the sandbox, while that is up */
  constructor(private readonly kernel: () => Kernel | null) {}

  async ask<A>(
    query: Query<A>,
    params: Record<string, unknown>,
    language: Language = 'python',
  ): Promise<Asked<A>> {
    const kernel = this.kernel();
    if (kernel === null) {
      return {
        ok: false,
        reason: 'gone',
        problem: t('The sandbox is not running, so there are no variables.'),
      };
    }
    return askKernel(kernel, query, params, this.stop.signal, language);
  }

  /** Ends what is asked now. */
  cancel(): void {
    this.stop.abort();
    this.stop = new AbortController();
  }
}
