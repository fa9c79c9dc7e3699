/** Ids and answers over any pair of `post`/`receive`: used by the host and by the panel, without a library of either. */
import * as z from 'zod/mini';
import { requests, type RequestName, type RequestParams, type RequestResult } from './protocol.ts';

const requestEnvelope = z.object({
  kind: z.literal('request'),
  id: z.int(),
  name: z.string(),
  params: z.unknown(),
});
const answerEnvelope = z.discriminatedUnion('ok', [
  z.object({ kind: z.literal('answer'), id: z.int(), ok: z.literal(true), result: z.unknown() }),
  z.object({ kind: z.literal('answer'), id: z.int(), ok: z.literal(false), sentence: z.string() }),
]);

/** The number of a request; null for what is none. */
export function requestId(message: unknown): number | null {
  const request = requestEnvelope.safeParse(message);
  return request.success ? request.data.id : null;
}

const firstId = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) * 2 ** 20 + 1;

export type Handlers = { [N in RequestName]: (params: RequestParams<N>) => Promise<RequestResult<N>> };

const isRequestName = (name: string): name is RequestName => Object.hasOwn(requests, name);

/**
 * Answers one message of the panel. Unknown or malformed messages are answered with a sentence, never thrown.
 * @param describe turns an error of a handler into one sentence.
 */
export async function answerRequest(
  message: unknown,
  handlers: Handlers,
  describe: (error: unknown) => string,
): Promise<unknown> {
  const request = requestEnvelope.safeParse(message);
  if (!request.success) return null;
  const { id, name, params } = request.data;
  try {
    if (!isRequestName(name)) throw new Error(`The panel asked for "${name}", which does not exist.`);
    const handler = handlers[name] as (params: unknown) => Promise<unknown>;
    const result = await handler(requests[name].params.parse(params));
    return { kind: 'answer', id, ok: true, result };
  } catch (error) {
    return { kind: 'answer', id, ok: false, sentence: describe(error) };
  }
}

/** The panel's end: sends requests and matches their answers. */
export class Caller {
  /** Each page counts from a number of its own: the host takes no number twice. */
  private nextId = firstId();
  /** Answers that nobody waits for: sent again, or made up. */
  private strays = 0;
  private readonly waiting = new Map<
    number,
    { name: RequestName; resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();

  constructor(private readonly post: (message: unknown) => void) {}

  async call<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    const id = this.nextId++;
    return new Promise<RequestResult<N>>((resolve, reject) => {
      this.waiting.set(id, { name, resolve: resolve as (value: unknown) => void, reject });
      this.post({ kind: 'request', id, name, params });
    });
  }

  /** Returns true when the message was an answer and has been dealt with. */
  receive(message: unknown): boolean {
    const answer = answerEnvelope.safeParse(message);
    if (!answer.success) return false;
    const entry = this.waiting.get(answer.data.id);
    if (entry === undefined) {
      this.strays++;
      return true;
    }
    this.waiting.delete(answer.data.id);
    if (!answer.data.ok) {
      entry.reject(new Error(answer.data.sentence));
      return true;
    }
    const parsed = requests[entry.name].result.safeParse(answer.data.result);
    if (parsed.success) entry.resolve(parsed.data);
    else entry.reject(new Error(`The answer to "${entry.name}" could not be understood.`));
    return true;
  }

  get strayAnswers(): number {
    return this.strays;
  }

  dispose(): void {
    for (const { reject } of this.waiting.values()) reject(new Error('The panel was closed.'));
    this.waiting.clear();
  }
}
