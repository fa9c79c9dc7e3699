/** What every view may use: the state, the draft of the next message, and requests to the host. */
import { signal } from '@preact/signals';
import * as z from 'zod/mini';
import {
  type HostEvent,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../src/shared/protocol.ts';
import { type Action, reduce } from './store.ts';
import { showPane } from './panes.ts';
import { caller, vscodeApi } from './rpcClient.ts';
import { emptyState } from './state.ts';

export const view = signal(emptyState);
export const dispatch = (action: Action): void => {
  view.value = reduce(view.value, action);
};

/** Asks the host. A refusal becomes one sentence above the composer; the answer is then null. */
export async function perform<N extends RequestName>(
  name: N,
  params: RequestParams<N>,
): Promise<RequestResult<N> | null> {
  try {
    return await caller.call(name, params);
  } catch (error) {
    dispatch({ type: 'problem', sentence: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

const draftSchema = z.object({
  text: z.string(),
  /** Files and selections. */
  files: z.array(z.object({ id: z.string(), label: z.string() })),
  /** Pictures that the host has already; `id` is their hash. */
  images: z._default(z.array(z.object({ id: z.string(), name: z.string() })), []),
});
/** The message being written: kept by VS Code while the panel is hidden or moved. */
export type Draft = z.infer<typeof draftSchema>;

const kept = z.object({ draft: draftSchema }).safeParse(vscodeApi.getState());
export const EMPTY_DRAFT: Draft = { text: '', files: [], images: [] };
export const draft = signal<Draft>(kept.success ? kept.data.draft : EMPTY_DRAFT);
/** Counts requests to focus the composer; only a command of the user makes one. */
export const focusRequests = signal(0);

/** Chosen in VS Code's menu over a chart; the newest. */
export const chartCommand = signal<Extract<HostEvent, { type: 'chartAction' }> | null>(null);

export function setDraft(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
  vscodeApi.setState({ draft: draft.value });
}

/** Adds files to the draft, each once. */
export function attach(files: Draft['files']): void {
  const known = new Set(draft.value.files.map((file) => file.id));
  const fresh = files.filter((file) => !known.has(file.id));
  setDraft({ files: [...draft.value.files, ...fresh] });
}

/** One frame's worth of events: the log's entries join into one fold. */
export function receive(events: readonly HostEvent[]): void {
  let state = view.value;
  let run: Extract<HostEvent, { type: 'events' }>['events'] = [];
  const commands: Extract<HostEvent, { type: 'chartAction' }>[] = [];
  const foldRun = (): void => {
    if (run.length > 0) state = reduce(state, { type: 'events', events: run });
    run = [];
  };
  for (const event of events) {
    if (event.type === 'events') {
      run = [...run, ...event.events];
      continue;
    }
    foldRun();
    if (event.type === 'focusComposer') {
      attach(event.files);
      if (event.text !== '') setDraft({ text: event.text });
      focusRequests.value++;
    } else if (event.type === 'showPane') {
      showPane(event.pane);
    } else if (event.type === 'chartAction') {
      commands.push(event);
    } else {
      state = reduce(state, event);
    }
  }
  foldRun();
  view.value = state;
  // What they find out comes into the state after all else.
  for (const command of commands) chartCommand.value = command;
}
