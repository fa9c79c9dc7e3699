/** The panel's end of the wire. Every message is parsed; what cannot be read is dropped and counted. */
import { hostEventSchema, type HostEvent } from '../src/shared/protocol.ts';
import { Caller } from '../src/shared/rpc.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export const vscodeApi: VsCodeApi = acquireVsCodeApi();

export const caller = new Caller((message) => {
  vscodeApi.postMessage(message);
});

let dropped = 0;

/** Counted and told to the developer tools; a page that is flooded does not flood them. */
function drop(why: string): void {
  dropped++;
  document.body.dataset['dropped'] = String(dropped);
  if (dropped <= 20) console.warn(`Code Interpreter: dropped a message ${why} (${String(dropped)} so far).`);
}

/** A frame that an output is shown in. */
const isFrameOfOurs = (source: MessageEventSource | null): boolean =>
  source !== null && [...document.querySelectorAll('iframe')].some((frame) => frame.contentWindow === source);

/**
 * Events are handed over once a frame, in order: a model that types fast costs one drawing a frame. A hidden
 * page has no frames, so a timer stands in.
 */
export function listen(onEvents: (events: HostEvent[]) => void): void {
  let waiting: HostEvent[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    onEvents(batch);
  };
  window.addEventListener('message', (message: MessageEvent<unknown>) => {
    // A frame inside the panel has another origin; only the host speaks with ours.
    if (message.origin !== window.origin || isFrameOfOurs(message.source)) {
      drop('of a frame');
      return;
    }
    const strays = caller.strayAnswers;
    if (caller.receive(message.data)) {
      if (caller.strayAnswers > strays) drop('that answers nothing');
      return;
    }
    const event = hostEventSchema.safeParse(message.data);
    if (!event.success) {
      drop('that could not be read');
      return;
    }
    waiting.push(event.data);
    if (waiting.length > 1) return;
    if (document.hidden) setTimeout(flush, 100);
    else requestAnimationFrame(flush);
  });
}
