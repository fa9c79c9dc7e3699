/** Names and places for files that the sandbox made and the user saves. No VS Code in here. */
import * as path from 'node:path';

/** Reserved on Windows, whatever follows the first dot. */
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** Together less than the 255 bytes that file systems allow, with room for ` (2)`. */
const STEM_BYTES = 180;
const ENDING_BYTES = 40;

function cut(text: string, limitBytes: number): string {
  const characters = [...text];
  while (Buffer.byteLength(characters.join('')) > limitBytes) characters.pop();
  return characters.join('');
}

/** The base name an artifact is offered under: no folders, nothing hidden, no control or reserved characters. */
export function offeredName(artifactName: string): string {
  const base = artifactName.split(/[\\/]/).at(-1) ?? '';
  const plain = base.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]/gu, '_');
  const shown = plain.replace(/^[. -]+/, '').replace(DEVICES, '$1_');
  const { name: stem, ext } = path.posix.parse(shown);
  return (cut(stem, STEM_BYTES) + cut(ext, ENDING_BYTES)).replace(/[. ]+$/, '') || 'file';
}

/** `name (2).ext`, `name (3).ext` … the first that is free. */
export function freeName(name: string, isTaken: (candidate: string) => boolean): string {
  if (!isTaken(name)) return name;
  const { name: stem, ext } = path.posix.parse(name);
  for (let n = 2; ; n++) {
    const candidate = `${stem} (${n})${ext}`;
    if (!isTaken(candidate)) return candidate;
  }
}

/**
 * Artifacts → names in one folder. Two that would have the same base name (in different folders of the sandbox)
 * are kept apart, also where case makes no difference.
 */
export function planNames(artifacts: readonly { name: string; sha256: string }[]) {
  const taken = new Set<string>();
  return artifacts.map(({ name, sha256 }) => {
    const free = freeName(offeredName(name), (candidate) => taken.has(candidate.toLowerCase()));
    taken.add(free.toLowerCase());
    return { name: free, sha256 };
  });
}

/** Files that VS Code would otherwise draw, with their scripts and pictures from elsewhere. */
export const isOpenedAsText = (name: string): boolean =>
  /\.(ipynb|html?|xhtml|svg|md|markdown|code-workspace)$/i.test(name);
