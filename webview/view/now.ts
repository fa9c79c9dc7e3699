/** A clock for what counts while it is looked at. */
import { useEffect, useState } from 'preact/hooks';

/** Milliseconds since the epoch, anew every `everyMs` while `running`. */
export function useNow(running: boolean, everyMs = 200): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return undefined;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
  return nowMs;
}
