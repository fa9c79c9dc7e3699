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
/** Messages that were neither an answer nor an event, for the curious in the developer tools. */
export const droppedMessages = (): number => dropped;

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
    if (message.origin !== window.origin || caller.receive(message.data)) return;
    const event = hostEventSchema.safeParse(message.data);
    if (!event.success) {
      dropped++;
      console.warn(`Code Interpreter: dropped a message that could not be read (${String(dropped)} so far).`);
      return;
    }
    waiting.push(event.data);
    if (waiting.length > 1) return;
    if (document.hidden) setTimeout(flush, 100);
    else requestAnimationFrame(flush);
  });
}
