/** A model, as the agent loop knows it. Implementations: anthropic.ts, analyst/. Shapes follow the Messages API. */
import type { Privacy } from '../shared/protocol.ts';

export interface TextBlock {
  type: 'text';
  text: string;
  extra?: Extra | undefined;
}
/** Fields of a reply's block that only its provider reads (citations, who called): they go back as they came. */
export type Extra = Readonly<Record<string, unknown>>;
/** Goes back to the API unchanged and in order: the signature is checked. */
export interface ThinkingBlock {
  type: 'thinking';
  thinking: string;
  signature: string;
}
export interface RedactedThinkingBlock {
  type: 'redacted_thinking';
  data: string;
}
export interface ToolUseBlock {
  type: 'tool_use';
  id: string;
  name: string;
  /** Unvalidated: the tool parses it. */
  input: unknown;
  extra?: Extra | undefined;
}
/** A block of a kind that is not known here. It goes back to the API unchanged and in its place. */
export interface OpaqueBlock {
  type: 'opaque';
  block: { type: string } & Readonly<Record<string, unknown>>;
}
export interface ImageBlock {
  type: 'image';
  mediaType: 'image/png' | 'image/jpeg';
  /** base64 */
  data: string;
}
/** A PDF for a model that can read one. */
export interface DocumentBlock {
  type: 'document';
  mediaType: 'application/pdf';
  title: string;
  /** base64 */
  data: string;
}
export interface ToolResultBlock {
  type: 'tool_result';
  toolUseId: string;
  content: (TextBlock | ImageBlock)[];
  isError: boolean;
  /** What goes instead of `content` under the privacy setting `schema`; without it nothing of the content goes. */
  schemaContent?: TextBlock[] | undefined;
}

export type AssistantBlock = TextBlock | ThinkingBlock | RedactedThinkingBlock | ToolUseBlock | OpaqueBlock;
export type UserBlock = TextBlock | ImageBlock | DocumentBlock | ToolResultBlock;
export type Message = (
  { role: 'user'; content: UserBlock[] } | { role: 'assistant'; content: AssistantBlock[] }
) & {
  /** The privacy setting under which it came to be; absent: `full`. */
  privacy?: Privacy | undefined;
  /** Of an assistant's message: how many tokens the request had that it answers. Absent: not known. */
  inputTokens?: number | undefined;
};

export type ToolSpec =
  | {
      kind: 'custom';
      name: string;
      description: string;
      /** JSON schema of type object, every property required, no others allowed. */
      inputSchema: Record<string, unknown>;
    }
  /** The API's own text editor; its schema is the API's. */
  | { kind: 'text_editor'; name: 'str_replace_based_edit_tool' };

export const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

export interface ModelRequest {
  system: string;
  messages: readonly Message[];
  /** So many leading messages stay as they are for many requests (rising). For the prompt cache; absent: none. */
  stableMessages?: readonly number[];
  tools: readonly ToolSpec[];
  /** `none`: the tools stay in the request (the cached prefix does), but this reply may not call them. */
  toolChoice: 'auto' | 'none';
  /** Null: the API's own default. One that the model does not know is left out. */
  effort: Effort | null;
  maxTokens: number;
}

/** The API's stop reasons; `unknown` keeps the text of one we do not know yet. */
export type StopReason =
  | { kind: 'end_turn' | 'tool_use' | 'max_tokens' | 'stop_sequence' | 'pause_turn' | 'context_window' }
  | { kind: 'refusal'; category: string | null; explanation: string | null }
  | { kind: 'unknown'; value: string };

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

export const NO_USAGE: Readonly<Usage> = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

export const addUsage = (a: Readonly<Usage>, b: Readonly<Usage>): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
});

export interface ModelReply {
  content: AssistantBlock[];
  stopReason: StopReason;
  usage: Usage;
}

/** What can be shown before the reply is complete. `index` is the block's place in the reply. */
export type ModelEvent =
  | { type: 'text'; index: number; delta: string }
  | { type: 'thinking'; index: number; delta: string }
  | { type: 'tool_use'; index: number; id: string; name: string }
  /** JSON text of the tool's input as far as it has arrived. */
  | { type: 'tool_input'; index: number; id: string; snapshot: string }
  /** A block that is not known here has begun. */
  | { type: 'opaque'; index: number; kind: string }
  /** The body of a request, exactly as it is about to be sent. */
  | { type: 'request'; body: unknown }
  /** Nothing is sent before `untilMs` (epoch): the API asked for patience, or is tried again. */
  | { type: 'waiting'; reason: string; untilMs: number }
  /** What was shown of this reply so far does not count: it is asked for again. */
  | { type: 'restarted' };

/** What a model can do, as its provider says; null where it did not say. */
export interface ModelAbilities {
  maxInputTokens: number | null;
  maxReplyTokens: number | null;
  efforts: readonly Effort[];
  pdfInput: boolean;
  /** Absent: it does, as every model of today. */
  imageInput?: boolean;
}

export interface Model {
  /** What goes into the transcript, e.g. `claude-sonnet-5-5` or `analyst`. */
  readonly id: string;
  /** What the user reads: names the model for what it is. */
  readonly label: string;
  /** What the provider calls this, so that the user is told whom the data goes to. Null: nothing leaves the machine. */
  readonly provider: string | null;
  /**
   * Asked of the provider once, then remembered. Absent: nothing special.
   * @throws Failure when the provider would take no request at all; the signal's reason when aborted.
   */
  abilities?(signal: AbortSignal): Promise<ModelAbilities>;
  /**
   * One reply. Only its resolved value may be acted on; events are for showing, and show all of it in its order.
   * @throws Failure for errors of transport and of the API; an abort rejects with the signal's reason.
   */
  reply(
    request: ModelRequest,
    onEvent: (event: ModelEvent) => void,
    signal: AbortSignal,
  ): Promise<ModelReply>;
}
