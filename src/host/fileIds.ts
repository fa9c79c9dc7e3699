/** Host paths stay in the host: the panel knows files by ids that mean nothing elsewhere. */
export interface KnownFile {
  id: string;
  /** Path relative to its workspace folder, or the base name. */
  label: string;
  /** Absolute host path. */
  path: string;
}

export class FileIds {
  private readonly byPath = new Map<string, KnownFile>();
  private readonly byId = new Map<string, KnownFile>();

  add(path: string, label: string): KnownFile {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const file = { id: `file-${this.byId.size + 1}`, label, path };
    this.byPath.set(path, file);
    this.byId.set(file.id, file);
    return file;
  }

  /** The files of a request; ids we never gave away are left out. */
  find(ids: readonly string[]): KnownFile[] {
    return ids.flatMap((id) => this.byId.get(id) ?? []);
  }
}
