/**
 * A session's folder: `transcript.jsonl` and `artifacts/<sha256>`. Everything is written so that a crash leaves
 * either the old or the new file.
 */
export interface SessionSummary {
  id: string;
  title: string;
  folder: string;
  /** Milliseconds since the epoch of the last change. */
  changedAt: number;
}

/** The sessions below `root` (one folder each), newest first; folders that hold none are left out. */
export async function listSessions(root: string): Promise<SessionSummary[]> {
  await Promise.resolve(root);
  return [];
}
