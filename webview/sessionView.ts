/**
 * Where the reader is in the session that is shown: what is being written, and the place in the conversation. VS Code
 * keeps it while the page is hidden or moved, the host keeps it beside the session.
 */
import { signal } from '@preact/signals';
import * as z from 'zod/mini';
import { sessionViewSchema, type MessageDraft, type SessionView } from '../src/shared/protocol.ts';
import { caller, vscodeApi } from './rpcClient.ts';

export const EMPTY_DRAFT: MessageDraft = { text: '', files: [], images: [] };
export type Place = SessionView['place'];

const keptSchema = z.extend(z.partial(sessionViewSchema, { place: true }), {
  sessionId: z.optional(z.string()),
});
const kept = keptSchema.safeParse(vscodeApi.getState());

export const draft = signal<MessageDraft>(kept.success ? kept.data.draft : EMPTY_DRAFT);
/** Where the conversation is to be opened; null: at its end. A new object for each session. */
export const startPlace = signal<{ place: Place }>({
  place: kept.success ? (kept.data.place ?? null) : null,
});

/** Null: no session yet. */
let sessionId: string | null = null;
let place: Place = startPlace.value.place;
let timer: ReturnType<typeof setTimeout> | null = null;
const HOST_DELAY_MS = 500;

/** The page begins with this session. What VS Code kept of it is newer than what the host has. */
export function openView(id: string, view: SessionView | null): void {
  const own = kept.success && (kept.data.sessionId === undefined || kept.data.sessionId === id);
  sessionId = id;
  if (own && (kept.data.draft.text !== '' || kept.data.place !== undefined)) return;
  show(view);
}

/** @param fresh nothing was asked in it: what is being written goes along */
export function switchView(id: string, view: SessionView | null, fresh: boolean): void {
  if (id !== sessionId) keepNow();
  sessionId = id;
  show(view ?? (fresh ? { draft: draft.value, place: null } : null));
}

function show(view: SessionView | null): void {
  draft.value = view?.draft ?? EMPTY_DRAFT;
  place = view?.place ?? null;
  startPlace.value = { place };
  vscodeApi.setState(current());
}

/** The reader has scrolled. */
export function keepPlace(next: Place): void {
  place = next;
  keepSoon();
}

const current = () => ({
  draft: draft.value,
  ...(place === null ? {} : { place }),
  ...(sessionId === null ? {} : { sessionId }),
});

/** VS Code gets it at once, in case that the page is thrown away; the host a little later. */
export function keepSoon(): void {
  vscodeApi.setState(current());
  timer ??= setTimeout(keepNow, HOST_DELAY_MS);
}

function keepNow(): void {
  if (timer === null) return;
  clearTimeout(timer);
  timer = null;
  if (sessionId === null) return;
  // A place that is not kept is no loss worth a sentence.
  caller.call('keepView', { sessionId, view: { draft: draft.value, place } }).catch(() => undefined);
}
