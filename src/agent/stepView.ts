/** Shows one reply while it is written: text and thinking as they come, code as far as it is typed. */
import type { ModelEvent, ModelReply, TextBlock } from '../models/model.ts';
import type { TurnEvent } from './loop.ts';
import { partialStrings } from './partialInput.ts';
import { headAndTail, plainText } from './text.ts';
import type { Tool } from './tool.ts';
import { t } from '../shared/l10n.ts';

/** A tool call that has begun. `cellId` is null for a tool we do not have: nothing is shown for it. */
export interface OpenCall {
  cellId: string | null;
  shown: 'open' | 'closed';
}

interface TypedCall extends OpenCall {
  drawnChars: number;
  purpose: string;
  code: string;
}

/** Code is shown again after it grew by this part: it is sent whole each time, and short steps would add up. */
const GROWTH = 1.03;
/** Of a part that is not known here: for reading, while the whole of it is in the conversation. */
const MAX_JSON_CHARS = 20_000;
const MAX_KIND_CHARS = 80;

export class StepView {
  private readonly texts = new Map<number, string>();
  private readonly thoughts = new Set<number>();
  /** In the order in which they began. */
  private opaque: { index: number; kind: string }[] = [];
  private calls: TypedCall[] = [];
  private restarts = 0;
  private readonly callAt = new Map<number, TypedCall>();

  /** @param prefix of the ids in this step, unique in the session. */
  constructor(
    private readonly prefix: string,
    private readonly turnId: string,
    private readonly tools: readonly Tool[],
    private readonly emit: (event: TurnEvent) => void,
  ) {}

  onModelEvent(event: ModelEvent): void {
    switch (event.type) {
      case 'text':
        this.texts.set(event.index, (this.texts.get(event.index) ?? '') + event.delta);
        this.emitDelta('text', event.index, event.delta);
        return;
      case 'thinking':
        this.thoughts.add(event.index);
        this.emitDelta('thinking', event.index, event.delta);
        return;
      case 'tool_use':
        this.callAt.set(event.index, this.open(event.name));
        return;
      case 'tool_input':
        this.onInput(event.index, event.snapshot);
        return;
      case 'waiting':
        this.emit({
          type: 'model_waiting',
          turnId: this.turnId,
          reason: event.reason,
          untilMs: event.untilMs,
        });
        return;
      case 'restarted':
        this.restart(t('The reply broke off and was asked for again.'));
        return;
      case 'opaque':
        this.opaque.push({ index: event.index, kind: plainText(event.kind).slice(0, MAX_KIND_CHARS) });
        this.emitOpaque(this.opaque.length - 1, null);
        return;
      case 'request':
        return;
    }
  }

  /** What was shown does not count; ids of what comes next are new ones. */
  restart(reason: string): void {
    this.dropAll(reason);
    const others = this.opaque.map(({ index }) => index);
    const blockIds = [...new Set([...this.texts.keys(), ...this.thoughts, ...others])]
      .sort((a, b) => a - b)
      .map((index) => this.blockId(index));
    if (blockIds.length > 0) this.emit({ type: 'blocks_dropped', turnId: this.turnId, blockIds });
    this.texts.clear();
    this.thoughts.clear();
    this.opaque = [];
    this.callAt.clear();
    this.calls = [];
    this.restarts += 1;
  }

  /** The whole reply: what could not be shown while it came. */
  complete({ content }: ModelReply): void {
    const blocks = content.flatMap((block) => (block.type === 'opaque' ? [block.block] : []));
    blocks.forEach((block, nth) => {
      this.emitOpaque(nth, headAndTail(plainText(JSON.stringify(block, null, 2)), MAX_JSON_CHARS));
    });
  }

  private emitOpaque(nth: number, json: string | null): void {
    const { turnId } = this;
    const begun = this.opaque[nth];
    if (begun === undefined) return;
    const { index, kind } = begun;
    this.emit({ type: 'opaque_block', turnId, blockId: this.blockId(index), kind, json });
  }

  private get attempt(): string {
    return this.restarts === 0 ? this.prefix : `${this.prefix}-r${this.restarts}`;
  }

  private blockId(index: number): string {
    return `${this.attempt}-b${index}`;
  }

  private emitDelta(type: 'text' | 'thinking', index: number, delta: string): void {
    if (delta === '') return;
    this.emit({ type, turnId: this.turnId, blockId: this.blockId(index), delta });
  }

  private open(name: string): TypedCall {
    const language = this.tools.find((tool) => tool.spec.name === name)?.language ?? null;
    const cellId = language === null ? null : `${this.attempt}-c${this.calls.length}`;
    const call: TypedCall = { cellId, shown: 'open', drawnChars: 0, purpose: '', code: '' };
    this.calls.push(call);
    if (cellId !== null && language !== null) {
      this.emit({ type: 'cell_started', turnId: this.turnId, cellId, language });
    }
    return call;
  }

  private onInput(index: number, snapshot: string): void {
    const call = this.callAt.get(index);
    if (!call || call.cellId === null || snapshot.length < Math.max(call.drawnChars * GROWTH, 1)) return;
    call.drawnChars = snapshot.length;
    const { purpose = '', code = '' } = partialStrings(snapshot);
    if (purpose === call.purpose && code === call.code) return;
    call.purpose = purpose;
    call.code = code;
    this.emit({ type: 'cell_code', cellId: call.cellId, purpose, code });
  }

  /** The `n`-th call of the complete reply, counted from 0; opened now if no event had announced it. */
  call(n: number, name: string): OpenCall {
    while (this.calls.length <= n) this.open(name);
    return this.calls[n] ?? this.open(name);
  }

  /** Ends a cell that never ran. */
  drop(call: OpenCall, reason: string): void {
    if (call.cellId === null || call.shown === 'closed') return;
    call.shown = 'closed';
    this.emit({ type: 'cell_dropped', cellId: call.cellId, reason });
  }

  dropAll(reason: string): void {
    for (const call of this.calls) this.drop(call, reason);
  }

  /** The text so far, for a reply that will not be completed. */
  partialText(): TextBlock[] {
    return [...this.texts]
      .sort(([a], [b]) => a - b)
      .filter(([, text]) => text.trim() !== '')
      .map(([, text]) => ({ type: 'text', text }));
  }
}
