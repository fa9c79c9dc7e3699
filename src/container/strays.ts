/** What gVisor leaves behind when it refuses a start. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * A start that gVisor refuses leaves its two processes alive although the engine has forgotten the container.
 * Where we may, we end them; elsewhere (another user, another machine) the log names them.
 */
export function endStrays(containerId: string, log: (line: string) => void): void {
  if (process.platform !== 'linux') return;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || !isStray(entry, containerId)) continue;
    try {
      process.kill(Number(entry), 'SIGKILL');
      log(`gVisor: ended process ${entry}, which the runtime left behind`);
    } catch {
      log(`gVisor: the runtime left process ${entry} behind`);
    }
  }
}

function isStray(pid: string, containerId: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    return /^runsc-(sandbox|gofer)$/.test(words[0] ?? '') && words.some((word) => word.includes(containerId));
  } catch {
    return false;
  }
}
