/** Host folders whose content is the machine itself rather than somebody's data. */
import * as path from 'node:path';

/** With everything in them. */
const TREES = [
  '/boot',
  '/dev',
  '/etc',
  '/proc',
  '/run',
  '/sys',
  '/var/run',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/docker',
  '/Library',
  '/System',
  '/private/etc',
  '/private/var/run',
];
/** Removable disks, documents shown to a sandboxed editor, shared memory: data that happens to lie in a system folder. */
const DATA_INSIDE = [/^\/run\/media\/.+/, /^\/run\/user\/\d+\/(doc|gvfs)\/.+/, /^\/dev\/shm\/.+/];
/** Only themselves: data lies further down. */
const TOPS = ['/home', '/lib', '/private', '/private/var', '/root', '/usr', '/Users', '/var', '/Volumes'];

const WINDOWS_TREES = ['windows', 'program files', 'program files (x86)', 'programdata'];
const WINDOWS_TOPS = ['users'];

/** @param real an absolute path without links. */
export function isSystemPlace(real: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' ? isWindowsPlace(real) : isPosixPlace(real);
}

function isPosixPlace(real: string): boolean {
  if (real === '/' || TOPS.includes(real)) return true;
  return (
    TREES.some((tree) => real === tree || real.startsWith(`${tree}/`)) &&
    !DATA_INSIDE.some((inside) => inside.test(real))
  );
}

function isWindowsPlace(real: string): boolean {
  const { root } = path.win32.parse(real);
  // Pipes and devices: \\\\.\\pipe, \\\\?\\….
  if (/^[\\/]{2}[.?][\\/]/.test(real)) return true;
  const [first = '', ...rest] = real.slice(root.length).toLowerCase().split(/[\\/]/).filter(Boolean);
  // A drive is the machine, a share on a server is not.
  if (first === '') return !/^[\\/]{2}/.test(root);
  return WINDOWS_TREES.includes(first) || (WINDOWS_TOPS.includes(first) && rest.length === 0);
}
