/** Recorded requests as a text to read. No VS Code in here. */
import type { RecordedRequest } from '../session/requestLog.ts';

/** VS Code does not hand larger documents to its own features. */
const LIMIT_CHARS = 20_000_000;

/** @param isCurrent false: the document belongs to a session that is no longer shown. */
export function requestsText(requests: readonly RecordedRequest[], isCurrent = true): string {
  const shown: unknown[] = [];
  let room = LIMIT_CHARS;
  for (const { at, turnId, model, bytes, body } of [...requests].reverse()) {
    const entry = { time: new Date(at).toISOString(), turn: turnId, model, bytes, body };
    room -= JSON.stringify(entry, null, 2).length;
    if (room < 0 && shown.length > 0) break;
    shown.unshift(entry);
  }
  const left = requests.length - shown.length;
  const note = !isCurrent
    ? 'These requests belong to another session. Run "Show What the Model Saw" again.'
    : requests.length === 0
      ? 'Nothing was sent to a model here. The built-in analyst sends nothing.'
      : 'The bodies of the requests as they were sent; the API key is not part of them. Pictures and documents are named by size and hash.';
  const header = left > 0 ? { note, olderLeftOut: left } : { note };
  return JSON.stringify({ ...header, requests: shown }, null, 2) + '\n';
}
