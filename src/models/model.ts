/** A model, as the agent loop knows it. Implementations: anthropic.ts, analyst/. Shapes follow the Messages API. */

export interface TextBlock {
  type: 'text';
  text: string;
}
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
}
export interface ImageBlock {
  type: 'image';
  mediaType: 'image/png' | 'image/jpeg';
  /** base64 */
  data: string;
}
export interface ToolResultBlock {
  type: 'tool_result';
  toolUseId: string;
  content: (TextBlock | ImageBlock)[];
  isError: boolean;
}

export type AssistantBlock = TextBlock | ThinkingBlock | RedactedThinkingBlock | ToolUseBlock;
export type UserBlock = TextBlock | ImageBlock | ToolResultBlock;
export type Message =
  { role: 'user'; content: UserBlock[] } | { role: 'assistant'; content: AssistantBlock[] };

export interface ToolSpec {
  name: string;
  description: string;
  /** JSON schema of type object. */
  inputSchema: Record<string, unknown>;
}

export interface ModelRequest {
  system: string;
  messages: readonly Message[];
  tools: readonly ToolSpec[];
  maxTokens: number;
}

/** The API's stop reasons; `unknown` keeps the text of one we do not know yet. */
export type StopReason =
  | { kind: 'end_turn' | 'tool_use' | 'max_tokens' | 'stop_sequence' | 'pause_turn' | 'context_window' }
  | { kind: 'refusal'; explanation: string | null }
  | { kind: 'unknown'; value: string };

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

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
  | { type: 'tool_input'; index: number; id: string; snapshot: string };

export interface Model {
  /** What goes into the transcript, e.g. `claude-sonnet-5-5` or `analyst`. */
  readonly id: string;
  /** What the user reads: names the model for what it is. */
  readonly label: string;
  /** What the provider calls this, so that the user is told whom the data goes to. Null: nothing leaves the machine. */
  readonly provider: string | null;
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
