/** What every view may use: the state, the draft of the next message, and requests to the host. */
import { signal } from '@preact/signals';
import { type SessionEvent } from '../src/shared/events.ts';
import {
  type HostEvent,
  type MessageDraft,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../src/shared/protocol.ts';
import { type Action, reduce } from './store.ts';
import { showPane } from './panes.ts';
import { caller } from './rpcClient.ts';
import { draft, keepSoon, openView, switchView } from './sessionView.ts';
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

/** The message being written. */
export type Draft = MessageDraft;
export { draft, EMPTY_DRAFT } from './sessionView.ts';
/** Counts requests to focus the composer; only a command of the user makes one. */
export const focusRequests = signal(0);

/** Chosen in VS Code's menu over a chart; the newest. */
export const chartCommand = signal<Extract<HostEvent, { type: 'chartAction' }> | null>(null);

export function setDraft(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
  keepSoon();
}

/** Adds files to the draft, each once. */
export function attach(files: Draft['files']): void {
  const known = new Set(draft.value.files.map((file) => file.id));
  const fresh = files.filter((file) => !known.has(file.id));
  setDraft({ files: [...draft.value.files, ...fresh] });
}

/** The host's answer to `ready`. */
export function load({ state, events, view: kept }: RequestResult<'ready'>): void {
  openView(state.sessionId, kept ?? null);
  dispatch({ type: 'loaded', state, events });
}

/** Nothing was asked in it. */
const isFresh = (events: readonly SessionEvent[]): boolean =>
  !events.some(({ type }) => type === 'user_message');

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
    if (event.type === 'events' && event.replayed === true) {
      foldRun();
      state = reduce(state, event);
    } else if (event.type === 'events') {
      run = [...run, ...event.events];
    } else if (event.type === 'focusComposer') {
      foldRun();
      attach(event.files);
      if (event.text !== '') setDraft({ text: event.text });
      focusRequests.value++;
    } else if (event.type === 'showPane') {
      foldRun();
      showPane(event.pane);
    } else if (event.type === 'chartAction') {
      commands.push(event);
    } else {
      foldRun();
      if (event.type === 'reset')
        switchView(event.state.sessionId, event.view ?? null, isFresh(event.events));
      state = reduce(state, event);
    }
  }
  foldRun();
  view.value = state;
  // What they find out comes into the state after all else.
  for (const command of commands) chartCommand.value = command;
}
