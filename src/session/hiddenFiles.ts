/** A question about a file that code does not see must not be answered from an empty one. */
import type { SessionEvent } from '../shared/events.ts';
import type { Hidden } from '../shared/hidden.ts';

const WORKSPACE = '/workspace/';

/** The path in the sandbox of the first file of a question that is hidden, itself or with its folder; null: none is. */
export function hiddenAmong(
  events: readonly SessionEvent[],
  turnId: string,
  hidden: Hidden | undefined,
): string | null {
  const asked = events.find((event) => event.type === 'user_message' && event.turnId === turnId);
  const files = asked?.type === 'user_message' ? asked.files : [];
  const isHidden = (path: string): boolean =>
    (hidden?.names ?? []).some((name) =>
      name.endsWith('/') ? path.startsWith(WORKSPACE + name) : path === WORKSPACE + name,
    );
  return files.map(({ containerPath }) => containerPath).find(isHidden) ?? null;
}
