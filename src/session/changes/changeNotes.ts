/** What became of proposed changes, in words for the model. */
import { counted } from '../../agent/text.ts';
import type { SessionEvent } from '../../shared/events.ts';
import type { Privacy } from '../../shared/protocol.ts';

const MAX_FILES = 30;

interface Outcome {
  total: number;
  accepted: Set<number>;
  rejected: Set<number>;
  undone: boolean;
  merged: boolean;
  /** Something of it is new to the model. */
  isNews: boolean;
}

/** One for each content that was decided about since then, in the order of the first decisions. @param told how many events the model knows */
export function changeNotes(events: readonly SessionEvent[], told: number, privacy: Privacy): string[] {
  const byContent = new Map<string, { containerPath: string; outcome: Outcome }>();
  for (const [at, event] of events.entries()) {
    if (event.type !== 'change_decided' && event.type !== 'change_undone') continue;
    const { containerPath, total, hunks } = event;
    const sha256 = event.type === 'change_decided' ? event.sha256 : last(byContent, containerPath);
    const key = `${containerPath} ${sha256}`;
    const { outcome } = byContent.get(key) ?? { outcome: nothingYet(total) };
    byContent.set(key, { containerPath, outcome });
    const isNews = at >= told;
    outcome.isNews ||= isNews;
    if (event.type === 'change_undone') {
      outcome.undone ||= isNews;
      for (const hunk of hunks) outcome.accepted.delete(hunk);
      continue;
    }
    outcome.merged ||= isNews && event.written?.merged === true;
    for (const hunk of hunks) {
      (event.accept ? outcome.accepted : outcome.rejected).add(hunk);
      (event.accept ? outcome.rejected : outcome.accepted).delete(hunk);
    }
  }
  const news = [...byContent.values()].filter(({ outcome }) => outcome.isNews);
  const notes = news.map(({ containerPath, outcome }) =>
    noteOf(privacy === 'schema' ? 'a file (name withheld)' : JSON.stringify(containerPath), outcome),
  );
  const more = notes.length - MAX_FILES;
  return more > 0
    ? [
        ...notes.slice(0, MAX_FILES),
        `The user decided about proposed changes of ${counted(more, 'more file')}, too.`,
      ]
    : notes;
}

const nothingYet = (total: number): Outcome => ({
  total,
  accepted: new Set(),
  rejected: new Set(),
  undone: false,
  merged: false,
  isNews: false,
});

/** An acceptance that is taken back may be of a content that was decided about longer ago. */
function last(byContent: ReadonlyMap<string, { containerPath: string }>, containerPath: string): string {
  const key = [...byContent].findLast(([, one]) => one.containerPath === containerPath)?.[0];
  return key?.slice(containerPath.length + 1) ?? '';
}

function noteOf(file: string, { total, accepted, rejected, undone, merged }: Outcome): string {
  const undecided = total - accepted.size - rejected.size;
  const back = undone ? ' What the user had accepted was taken back, at least in part.' : '';
  const mixed = merged ? ' The user had changed the file meanwhile, and it was merged into that.' : '';
  const open = undecided > 0 ? `, ${undecided} not decided` : '';
  const now =
    accepted.size === total
      ? ' The file has what you proposed.'
      : accepted.size === 0
        ? ' The file has nothing of it.'
        : ' The file has the accepted part only; your copy has all of it.';
  return `Of ${counted(total, 'hunk')} that you proposed for ${file} the user accepted ${accepted.size} and rejected ${rejected.size}${open}.${back}${mixed}${now}`;
}
