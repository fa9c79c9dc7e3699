/**
 * One webview that shows the session: answers its requests, and sends it events once it has drawn the
 * session so far. A page that is loaded again (hidden and shown, moved) says `ready` again.
 */
import type * as vscode from 'vscode';
import { unexpected } from '../failures.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { HostEvent } from '../shared/protocol.ts';
import { answerRequest, requestId, type Handlers } from '../shared/rpc.ts';
import { inParts } from './parts.ts';

export class PanelLink {
  /** `loading`: the page has not asked yet; `replaying`: events wait until the answer is on its way. */
  private phase: 'loading' | 'replaying' | 'live' | 'closed' = 'loading';
  private queue: HostEvent[] = [];
  /** Of the session so far, behind what answers `ready`. */
  private rest: SessionEvent[][] = [];
  /** Requests of all pages so far: one that comes again is not done again. */
  private readonly done = new Set<number>();
  private dropped = 0;
  private readonly subscription: vscode.Disposable;
  private readonly handlers: Handlers;

  constructor(
    private readonly webview: Pick<vscode.Webview, 'postMessage' | 'onDidReceiveMessage'>,
    handlers: Handlers,
    private readonly log: (line: string) => void,
  ) {
    this.handlers = { ...handlers, ready: async (params) => this.replay(handlers, params) };
    this.subscription = webview.onDidReceiveMessage((message: unknown) => void this.answer(message));
  }

  get isLive(): boolean {
    return this.phase === 'live';
  }

  /** Messages that were no requests, or came a second time. */
  get droppedMessages(): number {
    return this.dropped;
  }

  /** Events for a page that is not drawn yet are dropped: what it shows first contains them. */
  send(event: HostEvent): void {
    if (this.phase === 'live') this.post(event);
    else if (this.phase === 'replaying') this.queue.push(event);
  }

  /** A session that is shown anew goes in parts, so that the page can draw in between. */
  private post(event: HostEvent): void {
    if (event.type !== 'reset') {
      void this.webview.postMessage(event);
      return;
    }
    const [first = [], ...rest] = inParts(event.events);
    void this.webview.postMessage({ ...event, events: first });
    this.postReplayed(rest);
  }

  private postReplayed(parts: readonly SessionEvent[][]): void {
    for (const events of parts) void this.webview.postMessage({ type: 'events', events, replayed: true });
  }

  /** The page is about to be loaded anew. */
  reloading(): void {
    if (this.phase !== 'closed') this.phase = 'loading';
    this.queue = [];
  }

  dispose(): void {
    this.phase = 'closed';
    this.queue = [];
    this.subscription.dispose();
  }

  private async replay(handlers: Handlers, params: Record<string, never>) {
    // From before the snapshot on, so that nothing is lost in between; the page drops what it has already.
    if (this.phase !== 'closed') this.phase = 'replaying';
    this.queue = [];
    this.rest = [];
    const answer = await handlers.ready(params);
    const [first = [], ...rest] = inParts(answer.events);
    this.rest = rest;
    return { ...answer, events: first };
  }

  private async answer(message: unknown): Promise<void> {
    const id = requestId(message);
    if (id === null || this.done.has(id)) {
      this.dropped++;
      const what = id === null ? 'a message that is no request' : 'a request for the second time';
      this.log(`The panel sent ${what}; it was dropped (${this.dropped} so far).`);
      return;
    }
    this.done.add(id);
    const answer = await answerRequest(message, this.handlers, (error) => {
      const failure = unexpected(error);
      this.log(`Request of the panel failed: ${failure.message}`);
      return failure.remedy === null ? failure.sentence : `${failure.sentence} ${failure.remedy.text}`;
    });
    if (this.phase === 'closed' || answer === null) return;
    void this.webview.postMessage(answer);
    if (this.phase === 'replaying') {
      this.phase = 'live';
      this.postReplayed(this.rest.splice(0));
      for (const event of this.queue.splice(0)) this.post(event);
    }
  }
}
