/** VS Code's cancellation as the signal that the rest of the program takes. */
import type { CancellationToken } from 'vscode';

export function tokenSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
