/** Names of output files come from code we do not trust; the bridge checks them, and the host does so again. */

const MAX_NAME_BYTES = 1024;
const MAX_PART_BYTES = 255;
const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
// Control characters, and the invisible ones that reorder what is shown: a name must read as what it is.
const INVISIBLE = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u;

/**
 * Why a name cannot be used as a relative path on the host; null when it can. `/` separates folders.
 */
export function unsafeNameReason(name: string): string | null {
  if (name === '') return 'it has no name';
  if (INVISIBLE.test(name)) return 'its name has control characters';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return 'its name is too long';
  if (name.startsWith('/') || name.includes('\\')) return 'its name is not a plain relative path';
  for (const part of name.split('/')) {
    if (part === '' || part === '.' || part === '..') return 'its name is not a plain relative path';
    if (Buffer.byteLength(part) > MAX_PART_BYTES) return 'its name is too long';
    if (/[<>:"|?*]/.test(part) || /[ .]$/.test(part)) return 'its name cannot be used on every system';
    if (WINDOWS_RESERVED.test(part)) return 'its name is reserved on Windows';
  }
  return null;
}
