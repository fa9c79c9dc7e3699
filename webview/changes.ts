/** Changes that are proposed to the user's own files, as the host lists them: asked for when a file or a decision comes. */
import { computed, effect, signal } from '@preact/signals';
import { proposedPath, type Hunk, type ProposedChange } from '../src/shared/changes.ts';
import { fileIn } from '../src/shared/versions.ts';
import { view } from './app.ts';
import { openPane } from './panes.ts';
import { caller } from './rpcClient.ts';

/** Null: not known yet. */
export const changes = signal<readonly ProposedChange[] | null>(null);
/** Why they could not be listed. */
export const listProblem = signal<string | null>(null);

/** What is still to be decided: nothing, where the user's file is what is proposed. */
export const openOf = ({ hunks, state }: ProposedChange): Hunk[] =>
  state.kind === 'same' ? [] : hunks.filter(({ decision }) => decision === 'open');

export const openHunks = computed(() =>
  (changes.value ?? []).reduce((sum, change) => sum + openOf(change).length, 0),
);

const files = computed(() => view.value.files);
export const hasProposals = computed(() =>
  files.value.some((event) => proposedPath(fileIn(event)?.name ?? '') !== null),
);

const sessionId = computed(() => view.value.panel?.sessionId ?? null);
const touched = computed(() => view.value.touched);
const wanted = computed(() => hasProposals.value || openPane.value === 'changes');

async function ask(): Promise<void> {
  const of = sessionId.peek();
  try {
    const listed = await caller.call('listChanges', {});
    if (of !== sessionId.peek()) return;
    changes.value = listed.changes;
    listProblem.value = null;
  } catch (error) {
    listProblem.value = error instanceof Error ? error.message : String(error);
  }
}

let running: Promise<void> | null = null;
let next: Promise<void> | null = null;

/** Ends when the list is of now: what is on its way may have been made before. */
export async function listChanges(): Promise<void> {
  if (running === null) {
    running = ask().finally(() => {
      running = null;
    });
    return running;
  }
  next ??= running.then(async () => {
    next = null;
    return listChanges();
  });
  return next;
}

let shownId: string | null = null;
effect(() => {
  const id = sessionId.value;
  if (id !== shownId) changes.value = null;
  shownId = id;
  // Read for the next time, not for this one.
  void touched.value;
  if (id !== null && wanted.value) void listChanges();
});
