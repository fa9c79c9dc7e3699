/** The real analyst in the real loop on a sandbox: what a person would see of one turn. */
import { randomUUID } from 'node:crypto';
import {
  DEFAULT_TURN_LIMITS,
  runTurn,
  UNATTENDED,
  type TurnEvent,
  type TurnOutcome,
} from '../../src/agent/loop.ts';
import { decodePng } from '../../src/agent/png.ts';
import { cellTools } from '../../src/agent/tools.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { createAnalyst } from '../../src/models/analyst/analyst.ts';
import { encodeRequest } from '../../src/models/blocks.ts';
import type { Message } from '../../src/models/model.ts';
import type { FileRef, Intent } from '../../src/shared/events.ts';
import { FACTS_MIME, type CellResult, type Output } from '../../src/shared/outputs.ts';

export interface ShownCell {
  purpose: string;
  code: string;
  outputs: Output[];
  result: CellResult | null;
  facts: unknown;
}

export interface AnalystTurn {
  /** All texts of the turn, one after the other. */
  text: string;
  cells: ShownCell[];
  charts: Buffer[];
  outcome: TurnOutcome;
  durationMs: number;
  /** For the next turn of the same conversation. */
  messages: Message[];
}

export async function analystTurn(
  kernel: Kernel,
  request: { intent: Intent; files: FileRef[]; text?: string },
  before: readonly Message[] = [],
): Promise<AnalystTurn> {
  const events: TurnEvent[] = [];
  const content = encodeRequest({ intent: request.intent, files: request.files, text: request.text ?? '' });
  const messages: Message[] = [...before, { role: 'user', content }];
  const startedAt = performance.now();
  const outcome = await runTurn({
    ...UNATTENDED,
    turnId: randomUUID(),
    messages,
    system: '',
    tools: cellTools({ kernel: () => kernel, cellTimeoutMs: 120_000, outputLimitBytes: 8_000_000 }),
    model: createAnalyst({ typingMs: 0 }),
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    limits: DEFAULT_TURN_LIMITS,
  });
  const cells = cellsOf(events);
  return {
    text: textOf(events),
    cells,
    charts: cells.flatMap(({ outputs }) => outputs.flatMap(pngOf)),
    outcome,
    durationMs: performance.now() - startedAt,
    messages: [...messages, ...outcome.messages],
  };
}

function textOf(events: readonly TurnEvent[]): string {
  let text = '';
  let block = '';
  for (const event of events) {
    if (event.type !== 'text') continue;
    if (block !== '' && block !== event.blockId) text += '\n\n';
    block = event.blockId;
    text += event.delta;
  }
  return text;
}

function cellsOf(events: readonly TurnEvent[]): ShownCell[] {
  const cells = new Map<string, ShownCell>();
  for (const event of events) {
    if (event.type === 'cell_running') {
      const { purpose, code } = event;
      cells.set(event.cellId, { purpose, code, outputs: [], result: null, facts: undefined });
    }
    if (event.type === 'cell_output') {
      const cell = cells.get(event.cellId);
      cell?.outputs.push(event.output);
      if (
        cell !== undefined &&
        event.output.output_type === 'display_data' &&
        FACTS_MIME in event.output.data
      ) {
        cell.facts = event.output.data[FACTS_MIME];
      }
    }
    if (event.type === 'cell_done') {
      const cell = cells.get(event.cellId);
      if (cell !== undefined) cell.result = event.result;
    }
  }
  return [...cells.values()];
}

function pngOf(output: Output): Buffer[] {
  if (output.output_type !== 'display_data' && output.output_type !== 'execute_result') return [];
  const data = output.data['image/png'];
  return typeof data === 'string' ? [Buffer.from(data, 'base64')] : [];
}

/** Number of different colours (four bits a channel) and the share of the most frequent one. */
export function coloursOf(png: Buffer): {
  width: number;
  height: number;
  colours: number;
  dominantShare: number;
} {
  const pixels = decodePng(png, 20_000_000);
  if (pixels === null) throw new Error('A chart is no PNG that can be decoded.');
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.data.length; at += 4) {
    const [r = 0, g = 0, b = 0] = pixels.data.subarray(at, at + 3);
    const key = ((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const dominantShare = Math.max(...counts.values()) / (pixels.width * pixels.height);
  return { width: pixels.width, height: pixels.height, colours: counts.size, dominantShare };
}
