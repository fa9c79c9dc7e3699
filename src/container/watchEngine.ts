/** Long requests have no time limit, but an engine that hangs in the middle of one is noticed. */
import type { Engine } from './docker.ts';

const SILENCE_MS = 10_000;

/**
 * Runs `work`; while it is silent, the engine is pinged, and when that fails, the work is aborted.
 * @param work gets a signal, and a function to call whenever it heard from the engine.
 * @throws the error of the work, or the Failure of the ping.
 */
export async function watchEngine<T>(
  engine: Engine,
  cancel: AbortSignal,
  work: (signal: AbortSignal, heard: () => void) => Promise<T>,
  silenceMs = SILENCE_MS,
): Promise<T> {
  const hung = new AbortController();
  let heardAt = performance.now();
  let pingFailure: unknown = null;
  let pinging = false;
  const timer = setInterval(() => {
    if (pinging || performance.now() - heardAt < silenceMs) return;
    pinging = true;
    engine
      .ping()
      .catch((error: unknown) => {
        pingFailure = error;
        hung.abort();
      })
      .finally(() => {
        pinging = false;
        heardAt = performance.now();
      });
  }, silenceMs / 2);
  try {
    return await work(AbortSignal.any([cancel, hung.signal]), () => {
      heardAt = performance.now();
    });
  } catch (error) {
    throw pingFailure ?? error;
  } finally {
    clearInterval(timer);
  }
}
