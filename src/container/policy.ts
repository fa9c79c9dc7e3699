/**
 * What a sandbox may do, as data: limits, mounts, network. Everything is denied unless it is written here, and
 * a value that cannot be honoured is refused with a sentence instead of being bent.
 */
import { badLimit, type Failure } from '../failures.ts';
import { words, type Words } from '../shared/l10n.ts';

export interface Limits {
  /** Memory and swap together; more than that and the kernel kills the process that asked for it. */
  memoryBytes: number;
  /** Fractions allowed. Capped to what the engine has. */
  cpus: number;
  /** Processes and threads together. */
  pids: number;
  /** Size of `/tmp`, which is memory. */
  tmpBytes: number;
  tmpInodes: number;
  /** Largest single file, and the size of `/outputs` at which the running cell is stopped. */
  outputsBytes: number;
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export const DEFAULT_LIMITS: Limits = {
  memoryBytes: 2 * GIB,
  cpus: 2,
  pids: 256,
  tmpBytes: 512 * MIB,
  tmpInodes: 20_000,
  outputsBytes: 2 * GIB,
};

/** Lowest and highest accepted value. Below the lowest, the kernels cannot start. */
const ranges = (): Record<keyof Limits, { min: number; max: number; whole: boolean; label: Words }> => ({
  memoryBytes: { min: 512 * MIB, max: 4096 * GIB, whole: true, label: words('memory limit (bytes)') },
  cpus: { min: 0.1, max: 1024, whole: false, label: words('number of CPUs') },
  pids: { min: 64, max: 32_768, whole: true, label: words('limit of processes') },
  tmpBytes: { min: 64 * MIB, max: 1024 * GIB, whole: true, label: words('size of /tmp (bytes)') },
  tmpInodes: { min: 1000, max: 10_000_000, whole: true, label: words('limit of files in /tmp') },
  outputsBytes: { min: 16 * MIB, max: 4096 * GIB, whole: true, label: words('size of /outputs (bytes)') },
});

/** @throws Failure `bad-limit` naming the first value that is out of range. */
export function checkLimits(limits: Limits): void {
  const failure = firstBadLimit(limits);
  if (failure !== null) throw failure;
}

function firstBadLimit(limits: Limits): Failure | null {
  const all = ranges();
  for (const key of Object.keys(all) as (keyof Limits)[]) {
    const { min, max, whole, label } = all[key];
    const value = limits[key];
    const ok = Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value));
    if (!ok) return badLimit(label, String(value), words`${min} to ${max}`);
  }
  return null;
}

/** What the engine really has; limits above it would be refused or be untrue. */
export function capLimits(limits: Limits, engine: { cpus: number; memoryBytes: number }): Limits {
  return {
    ...limits,
    cpus: Math.min(limits.cpus, Math.max(engine.cpus, 1)),
    memoryBytes:
      engine.memoryBytes > 0 ? Math.min(limits.memoryBytes, engine.memoryBytes) : limits.memoryBytes,
  };
}

/** A folder or file of the user that the sandbox may read. There is no way to ask for a writable one. */
export interface HostMount {
  /** Absolute host path of a folder or file. */
  source: string;
  /** Name below `/workspace`; null: the folder is `/workspace` itself (then it is the only mount). */
  name: string | null;
}

export const WORKSPACE = '/workspace';
export const OUTPUTS = '/outputs';
/** What pip and npm install in cells. */
export const PACKAGES = '/packages';

/** The one network there is. */
export const NETWORK = 'none';

/** Where a proxy that lets out what the user opened shares its socket, and where programs find it. */
export const DOOR = '/run/egress';
export const DOOR_ADDRESS = '127.0.0.1:3128';
/** Programs of the image for it. */
export const DOOR_PROGRAM = '/opt/code-interpreter/egress/door.sh';
export const PROXY_PROGRAM = '/opt/code-interpreter/egress/proxy.py';
