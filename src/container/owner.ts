/**
 * Who made a container: host, boot, process and its start time, so that neither a used-again process id nor
 * another machine on the same engine is mistaken for a dead owner.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { errorCode } from '../errorCode.ts';

export interface Owner {
  /** Machine and process namespace, hashed: only processes that see each other share it. */
  host: string;
  /** Boot of the machine; empty where the system does not tell. */
  boot: string;
  pid: number;
  /** Start of the process in the system's own unit; empty when unknown. */
  startedAt: string;
}

const run = promisify(execFile);

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return otherwise;
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot. The command (field 2) may hold spaces and brackets. */
function linuxStartTime(pid: number): string | null {
  const stat = readOr(`/proc/${pid}/stat`, '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return null;
  return fields[19] ?? null;
}

async function otherStartTime(pid: number): Promise<string | null> {
  const [command, args] =
    process.platform === 'win32'
      ? ['powershell.exe', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`]]
      : ['ps', ['-o', 'lstart=', '-p', String(pid)]];
  try {
    const { stdout } = await run(command, args, {
      timeout: 5000,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    });
    return stdout.trim() === '' ? null : stdout.trim();
  } catch {
    return null;
  }
}

/** Start time of a running process; null when there is none, or the system does not tell. */
async function startTimeOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? linuxStartTime(pid) : otherStartTime(pid);
}

let own: Promise<Owner> | null = null;

/** This process. */
export async function ownOwner(): Promise<Owner> {
  own ??= (async () => {
    const machine = readOr('/etc/machine-id', '') || hostname();
    return {
      host: createHash('sha256').update(`${machine}\n${processNamespace()}`).digest('hex').slice(0, 16),
      boot: readOr('/proc/sys/kernel/random/boot_id', ''),
      pid: process.pid,
      startedAt: (await startTimeOf(process.pid)) ?? '',
    };
  })();
  return own;
}

export const formatOwner = ({ host, boot, pid, startedAt }: Owner): string =>
  [host, boot, String(pid), startedAt].join('|');

/** Null: not a label of ours. */
export function parseOwner(label: string): Owner | null {
  const [host, boot, pidText, startedAt, ...more] = label.split('|');
  const pid = Number(pidText);
  if (host === undefined || boot === undefined || startedAt === undefined || more.length > 0) return null;
  if (!/^[0-9a-f]{16}$/.test(host) || !Number.isInteger(pid) || pid <= 0) return null;
  return { host, boot, pid, startedAt };
}

/** `unknown`: made on another machine or in another process namespace, or the system does not tell. */
export async function fateOf(owner: Owner, self: Owner): Promise<'alive' | 'dead' | 'unknown'> {
  if (owner.host !== self.host) return 'unknown';
  if (owner.boot !== self.boot) return 'dead';
  if (!processExists(owner.pid)) return 'dead';
  const startedAt = await startTimeOf(owner.pid);
  if (startedAt === null) return process.platform === 'linux' ? 'dead' : 'unknown';
  if (owner.startedAt === '') return 'unknown';
  return startedAt === owner.startedAt ? 'alive' : 'dead';
}

/** Also one that belongs to another user. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
