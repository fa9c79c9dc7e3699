/**
 * The files of a session with their versions: a pure fold over its log. Each content that a name had in turn is a
 * version; its bytes are in the session's store under its hash, whatever became of the sandbox.
 */
import type { NewSessionEvent, SessionEvent } from './events.ts';
import type { Artifact } from './outputs.ts';

/** Events that say something about files. */
export type FileEvent = Extract<
  SessionEvent,
  { type: 'artifact_stored' | 'artifact_restored' | 'file_edit' | 'cell_done' }
>;

export interface Version extends Pick<Artifact, 'bytes' | 'sha256' | 'formulas'> {
  /** From 1, without gaps. */
  number: number;
  /** Milliseconds since the epoch. */
  at: number;
  by:
    | { kind: 'cell'; cellId: string }
    /** The model's editor. */
    | { kind: 'edit'; turnId: string }
    /** The user, from that version. */
    | { kind: 'restored'; from: number };
}

export interface VersionedFile {
  /** Relative to `/outputs`. */
  name: string;
  /** Oldest first; at least one. */
  versions: Version[];
  /** The cell that deleted it; null: it was there when the sandbox was seen last. */
  deletedBy: string | null;
}

/** What `filesOf` looks at; all else may be left out. */
export const isFileEvent = (event: SessionEvent): event is FileEvent =>
  event.type === 'artifact_stored' ||
  event.type === 'artifact_restored' ||
  (event.type === 'file_edit' && event.artifact !== null) ||
  (event.type === 'cell_done' && event.result.removed !== undefined);

/** In the order of first appearance. */
export function filesOf(events: readonly SessionEvent[]): VersionedFile[] {
  const files = new Map<string, VersionedFile>();
  for (const event of events) if (isFileEvent(event)) take(files, event);
  return [...files.values()];
}

function take(files: Map<string, VersionedFile>, event: FileEvent): void {
  switch (event.type) {
    case 'artifact_stored':
      add(files, event, event.at, { kind: 'cell', cellId: event.cellId });
      return;
    case 'file_edit':
      if (event.artifact !== null)
        add(files, event.artifact, event.at, { kind: 'edit', turnId: event.turnId });
      return;
    case 'artifact_restored':
      add(files, event, event.at, { kind: 'restored', from: event.from });
      return;
    case 'cell_done':
      for (const name of event.result.removed ?? []) {
        const file = files.get(name);
        if (file !== undefined) file.deletedBy = event.cellId;
      }
      return;
    default:
      event satisfies never;
  }
}

/** The file that an event put into the log, if any. */
export function fileIn(event: NewSessionEvent): Artifact | null {
  switch (event.type) {
    case 'artifact_stored':
    case 'artifact_restored':
      return event;
    case 'file_edit':
      return event.artifact;
    default:
      return null;
  }
}

function add(files: Map<string, VersionedFile>, artifact: Artifact, at: number, by: Version['by']): void {
  const { name, bytes, sha256, formulas } = artifact;
  const file = files.get(name) ?? { name, versions: [], deletedBy: null };
  files.set(name, file);
  file.deletedBy = null;
  // Written again as it was: by the same code in a new sandbox, for instance.
  if (file.versions.at(-1)?.sha256 === sha256) return;
  const number = file.versions.length + 1;
  file.versions.push({ number, at, by, bytes, sha256, ...(formulas === undefined ? {} : { formulas }) });
}
