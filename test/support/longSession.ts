/** A session over the real SDK and the scripted server, as long as wanted: what was sent lies with the server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TURN_LIMITS } from '../../src/agent/budget.ts';
import { encodePng } from '../../src/agent/png.ts';
import type { Model } from '../../src/models/model.ts';
import { Session, type SessionOptions } from '../../src/session/session.ts';
import type { Output } from '../../src/shared/outputs.ts';
import { fakeSandbox, type FakeSandbox } from './fakeSandbox.ts';
import { apiModel, sessionOptions } from './openSession.ts';
import { startScriptedApi, type ScriptedApi } from './scriptedApi.ts';
import { text, type Reply } from './scriptedApiReplies.ts';

export interface LongSession {
  api: ScriptedApi;
  folder: string;
  session: Session;
  sandbox: FakeSandbox;
  ask(words: string): Promise<void>;
  /** Closes the session and opens it from disk. */
  reopen(): Promise<void>;
  /** Bodies of the requests so far, as they came. */
  bodies(): string[];
  close(): Promise<void>;
}

export interface LongSessionOptions {
  /** Steps of each turn before its answer. */
  stepsPerTurn: number;
  callsPerStep?: number;
  outputs: (cell: number) => Output[];
  windowTokens?: number;
  more?: Partial<SessionOptions>;
}

/** `lines` lines of digits and words, different for each `seed`. */
export const table = (seed: number, chars: number): Output => {
  const row = (n: number): string =>
    `${seed}-${n}\tregion ${(seed * 31 + n) % 17}\t${(seed * 7919 + n * 104729) % 1e6}`;
  const lines: string[] = [];
  for (let length = 0; length < chars; length += lines.at(-1)?.length ?? 1) lines.push(row(lines.length));
  return { output_type: 'stream', name: 'stdout', text: lines.join('\n').slice(0, chars) };
};

/** A picture that differs for each `seed`. */
export function chart(seed: number): Output {
  const data = new Uint8Array(8 * 8 * 4).map((_, at) => (at * (seed + 3)) % 256);
  const png = encodePng({ width: 8, height: 8, data }).toString('base64');
  return { output_type: 'display_data', data: { 'image/png': png }, metadata: {} };
}

export async function longSession(options: LongSessionOptions): Promise<LongSession> {
  const { stepsPerTurn, callsPerStep = 1, outputs } = options;
  let cells = 0;
  const script = (_: unknown, n: number): Reply => {
    const step = (n - 1) % (stepsPerTurn + 1);
    if (step === stepsPerTurn) return text(`Answer after request ${n}: all is computed.`);
    return {
      kind: 'message',
      blocks: [
        { type: 'thinking', thinking: `Thought ${n}` },
        { type: 'text', text: `Step ${n}.` },
        ...Array.from({ length: callsPerStep }, (_each, call) => ({
          type: 'tool_use' as const,
          id: `toolu_${n}_${call}`,
          name: 'python',
          input: { purpose: `Compute part ${n}.${call}`, code: `part(${n}, ${call})` },
        })),
      ],
    };
  };
  const api = await startScriptedApi({ script });
  const folder = await mkdtemp(join(tmpdir(), 'economy-'));
  const claude = apiModel(api);
  const { windowTokens } = options;
  const model: Model =
    windowTokens === undefined
      ? claude
      : {
          ...claude,
          abilities: async () =>
            Promise.resolve({
              maxInputTokens: windowTokens,
              maxReplyTokens: null,
              efforts: [],
              pdfInput: false,
            }),
        };
  const sandbox = fakeSandbox(() => ({ outputs: outputs((cells += 1)) }));
  const open = async (): Promise<Session> =>
    Session.open(
      sessionOptions(model, {
        id: 'economy',
        folder,
        sandbox,
        outputLimitBytes: 1_000_000,
        limits: { ...DEFAULT_TURN_LIMITS, maxSteps: 100, maxTokens: 100_000_000 },
        now: () => 1_700_000_000_000,
        ...options.more,
      }),
    );
  const long: LongSession = {
    api,
    folder,
    sandbox,
    session: await open(),
    ask: async (words) => {
      await long.session.send({ intent: 'ask', text: words, files: [] });
    },
    reopen: async () => {
      await long.session.dispose();
      long.session = await open();
    },
    bodies: () => api.conversations().map(({ raw }) => raw),
    close: async () => {
      await long.session.dispose();
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return long;
}
