/** Names and places for files that the sandbox made and the user saves. No VS Code in here. */
import * as path from 'node:path';

/** A file that some program of the user runs or obeys by its mere presence. Saving one asks again. */
const OBEYED_FOLDERS =
  /(^|[\\/])(\.vscode|\.git|\.husky|\.github|\.devcontainer|\.idea|\.ssh|\.claude|\.config)[\\/]/i;
const OBEYED_FILES =
  /^(\.envrc|\.npmrc|\.yarnrc(\.yml)?|\.gitconfig|\.gitmodules|\.bashrc|\.zshrc|\.profile|\.bash_profile|\.mcp\.json|makefile|gnumakefile|justfile|conftest\.py|sitecustomize\.py|.*\.code-workspace)$/i;

/** Why saving to this path deserves a second question, or null. */
export function obeyedPath(target: string): string | null {
  const name = path.basename(target);
  if (OBEYED_FOLDERS.test(target) || OBEYED_FILES.test(name)) {
    return `Programs on this machine act on "${name}" in that place without asking.`;
  }
  return null;
}

/** The base name an artifact is offered under: no folders, nothing hidden, no control or reserved characters. */
export function offeredName(artifactName: string): string {
  const base = artifactName.split('/').at(-1) ?? '';
  const plain = base.replaceAll(
    /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    '_',
  );
  const shown = plain.replace(/^\.+/, '').replace(/[. ]+$/, '');
  return shown === '' ? 'file' : shown.slice(0, 200);
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

export interface PlannedCopy {
  sha256: string;
  /** Base name in the chosen folder. */
  name: string;
  conflict: boolean;
}

/**
 * Artifacts → names in one folder. Two artifacts that would have the same base name (in different folders of
 * the sandbox) both keep theirs apart; `conflict` is only about files that are there already.
 */
export function planCopies(
  artifacts: readonly { name: string; sha256: string }[],
  existing: ReadonlySet<string>,
): PlannedCopy[] {
  const taken = new Set<string>();
  return artifacts.map(({ name, sha256 }) => {
    const free = freeName(offeredName(name), (candidate) => taken.has(candidate.toLowerCase()));
    taken.add(free.toLowerCase());
    return { sha256, name: free, conflict: existing.has(free) };
  });
}
