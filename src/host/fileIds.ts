/** Host paths stay in the host: the panel knows files and selections by ids that mean nothing elsewhere. */
import { randomBytes } from 'node:crypto';

export interface KnownFile {
  id: string;
  /** Path relative to its workspace folder, or the base name. */
  label: string;
  /** Absolute host path. */
  path: string;
}

/** Text selected in an editor. Lines count from 1, both included. */
export interface SelectedText {
  /** As of its file; the panel shows it with the lines. */
  label: string;
  /** Null: in no file on disk. */
  path: string | null;
  startLine: number;
  endLine: number;
  text: string;
  totalChars: number;
  unsaved: boolean;
}

export class FileIds {
  /** A draft outlives the window that gave the ids: they must not mean another file then. */
  private readonly run = randomBytes(4).toString('hex');
  private readonly byPath = new Map<string, KnownFile>();
  private readonly byId = new Map<string, KnownFile>();
  private readonly selections = new Map<string, SelectedText>();

  add(path: string, label: string): KnownFile {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const file = { id: `file-${this.run}-${this.byId.size + 1}`, label, path };
    this.byPath.set(path, file);
    this.byId.set(file.id, file);
    return file;
  }

  /** Returns the id of its chip. */
  addSelection(selection: SelectedText): string {
    const id = `selection-${this.run}-${this.selections.size + 1}`;
    this.selections.set(id, selection);
    return id;
  }

  /** The files of a request; ids we never gave away are left out. */
  find(ids: readonly string[]): KnownFile[] {
    return ids.flatMap((id) => this.byId.get(id) ?? []);
  }

  findSelections(ids: readonly string[]): SelectedText[] {
    return ids.flatMap((id) => this.selections.get(id) ?? []);
  }
}
