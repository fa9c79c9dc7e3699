/**
 * The whole contract between host and panel: one map of requests (panel → host) with their answers, and one
 * union of events (host → panel). Both sides parse what arrives.
 */
import * as z from 'zod/mini';
import { changeRequests } from './changes.ts';
import { dataRequests } from './data.ts';
import { fileRequests } from './files.ts';
import { failureViewSchema, intentSchema, sessionEventSchema } from './events.ts';
import { hiddenSchema } from './hidden.ts';
import { networkStateSchema } from './network.ts';
import { languageSchema } from './outputs.ts';

/** What the status line says about the sandbox. */
export const sandboxStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('off') }),
  z.object({
    kind: z.literal('starting'),
    message: z.string(),
    step: z.optional(z.int()),
    steps: z.optional(z.int()),
  }),
  z.object({ kind: z.literal('ready'), detail: z.string(), hidden: z.optional(hiddenSchema) }),
  z.object({ kind: z.literal('busy'), detail: z.string(), hidden: z.optional(hiddenSchema) }),
  /** There is no engine: the host keeps looking and goes on by itself when it appears. */
  z.object({ kind: z.literal('waiting'), failure: failureViewSchema }),
  /** A start failed: the next question tries again. */
  z.object({ kind: z.literal('failed'), failure: failureViewSchema }),
]);
export type SandboxState = z.infer<typeof sandboxStateSchema>;

export const modelStateSchema = z.object({
  id: z.string(),
  label: z.string(),
  /** Null: nothing leaves the machine. */
  provider: z.nullable(z.string()),
  hasKey: z.boolean(),
  /** How hard it thinks, as set: `auto` is the API's own choice. Absent: the model has no such setting. */
  effort: z.optional(z.string()),
});
export type ModelState = z.infer<typeof modelStateSchema>;

/** A prompt the empty state offers, made from the workspace's data files. */
export const suggestionSchema = z.object({
  title: z.string(),
  intent: intentSchema,
  text: z.string(),
  /** Host paths stay in the host: `fileIds` are given back with the request. */
  files: z.array(z.object({ id: z.string(), label: z.string() })),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

/** `ask`: each cell waits for the user. `auto`: cells run by themselves. `plan`: the next answer is a plan, without code. */
export const modeSchema = z.enum(['ask', 'auto', 'plan']);
export type Mode = z.infer<typeof modeSchema>;

/** `schema`: the model gets names, types and counts; outputs are withheld from it unless the user releases one. */
export const privacySchema = z.enum(['full', 'schema']);
export type Privacy = z.infer<typeof privacySchema>;

/** A message as the composer holds it. */
export const messageDraftSchema = z.object({
  text: z.string(),
  /** Files and selections. */
  files: z.array(z.object({ id: z.string(), label: z.string() })),
  /** Pictures that the host has; `id` is their hash. */
  images: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type MessageDraft = z.infer<typeof messageDraftSchema>;

export const panelStateSchema = z.object({
  sessionId: z.string(),
  title: z.string(),
  /** False in an untrusted workspace: nothing runs, the panel says why. */
  trusted: z.boolean(),
  /** `deciding`: a cell waits for the user. `stopping`: a second Stop ends it by force. */
  turn: z.enum(['idle', 'running', 'deciding', 'stopping']),
  sandbox: sandboxStateSchema,
  model: modelStateSchema,
  suggestions: z.array(suggestionSchema),
  mode: modeSchema,
  privacy: privacySchema,
  /** Messages written while a turn runs, in the order in which they will be sent. */
  queue: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      labels: z.array(z.string()),
      /** It waited when the window was closed: only the user sends it. */
      unsent: z.optional(z.boolean()),
    }),
  ),
  /** Absent: nothing is open. */
  network: z.optional(networkStateSchema),
});
export type PanelState = z.infer<typeof panelStateSchema>;

/** What a page may send is bounded: more is no request, and no work for the host. In characters. */
const short = z.string().check(z.maxLength(16_384));
const long = z.string().check(z.maxLength(96 * 1024 * 1024));
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const bounded = z.array(z.object({ id: short, label: short })).check(z.maxLength(1000));
/** Where the reader was in a session: what was being written, and what stood at the top of the window. */
export const sessionViewSchema = z.object({
  draft: z.object({
    text: z.string().check(z.maxLength(1024 * 1024)),
    files: bounded,
    images: z.array(z.object({ id: short, name: short })).check(z.maxLength(1000)),
  }),
  /** Null: at the end. `key`: of the message; `offsetPx`: how far its top is above the window's. */
  place: z.nullable(z.object({ key: z.int(), offsetPx: z.number() })),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** Requests of the panel. Each has the schema of its parameters and of its answer. */
export const requests = {
  /**
   * The panel is ready to draw: answers with the session so far (without `history` events). A long session comes in
   * parts: this is the first, and `events` with `replayed` bring the others, in order and before anything new.
   */
  ready: {
    params: z.object({}),
    result: z.object({
      state: panelStateSchema,
      events: z.array(sessionEventSchema),
      view: z.optional(sessionViewSchema),
    }),
  },
  /** Where the reader is now: kept beside the session. */
  keepView: { params: z.object({ sessionId: short, view: sessionViewSchema }), result: z.object({}) },
  /** The page has the keyboard now, or has it no more. */
  focusChanged: { params: z.object({ focused: z.boolean() }), result: z.object({}) },
  /** A new session that goes on from this answer, or (null) from the last; it is shown then. */
  forkSession: { params: z.object({ turnId: z.nullable(short) }), result: z.object({ forked: z.boolean() }) },
  send: {
    params: z.object({
      intent: intentSchema,
      text: long,
      fileIds: z.array(short),
      /** From `addImage`. */
      imageIds: z.array(short),
    }),
    result: z.object({ accepted: z.boolean() }),
  },
  /** Takes a queued message back into the composer; null: it has been sent already. */
  unqueue: {
    params: z.object({ id: short }),
    result: z.object({ draft: z.nullable(messageDraftSchema) }),
  },
  /** Sends the oldest queued message; after a turn that finished this happens by itself. */
  sendQueued: { params: z.object({}), result: z.object({ accepted: z.boolean() }) },
  /**
   * Runs cells of the notebook outside of a turn, one after the other, until one does not end well; `stale`: those
   * whose names have changed since they ran. `restart`: with new kernels. Progress and end are told by events.
   * Refused (`turn-running`) while a turn or another run goes on.
   */
  runCells: {
    params: z.object({
      cells: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('one'), cellId: short }),
        z.object({ kind: z.literal('from'), cellId: short }),
        z.object({ kind: z.literal('all') }),
        z.object({ kind: z.literal('stale') }),
      ]),
      restart: z.boolean(),
    }),
    result: z.object({ accepted: z.boolean() }),
  },
  /** What the user did to the notebook; nothing runs. Each is refused for a cell that runs or is being written. */
  editCell: { params: z.object({ cellId: short, code: long }), result: z.object({}) },
  insertCell: {
    params: z.object({ afterCellId: z.nullable(short), language: languageSchema, code: long }),
    result: z.object({ cellId: z.string() }),
  },
  moveCell: { params: z.object({ cellId: short, afterCellId: z.nullable(short) }), result: z.object({}) },
  deleteCell: { params: z.object({ cellId: short }), result: z.object({}) },
  restoreCell: { params: z.object({ cellId: short }), result: z.object({}) },
  ...dataRequests,
  /** Leaves the mode `plan` for the one before, and lets the model do what it planned. */
  runPlan: { params: z.object({}), result: z.object({ accepted: z.boolean() }) },
  setMode: { params: z.object({ mode: modeSchema }), result: z.object({}) },
  setPrivacy: { params: z.object({ privacy: privacySchema }), result: z.object({}) },
  /** The user's decision on a cell in phase `waiting`; `code` is what runs. */
  decide: {
    params: z.object({
      cellId: short,
      decision: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('run'), code: long }),
        z.object({ kind: z.literal('skip') }),
      ]),
    }),
    result: z.object({ accepted: z.boolean() }),
  },
  /** The model may see this cell's output from the next request on. */
  releaseOutput: { params: z.object({ cellId: short }), result: z.object({}) },
  /**
   * Opens a host that code tried to reach, as the attempt names it. `always` asks in the host, and is a setting;
   * `opened: false` when the user then decided against it.
   */
  allowHost: {
    params: z.object({ host: short, port: z.int(), how: z.enum(['once', 'session', 'always']) }),
    result: z.object({ opened: z.boolean() }),
  },
  /** Closes a rule that is open, as `PanelState.network` names it; null: all. Settings stay as they are. */
  closeHost: { params: z.object({ rule: z.nullable(short) }), result: z.object({}) },
  /** Opens what was sent to the model as a document; of one turn, or (null) of the session. */
  showRequests: { params: z.object({ turnId: z.nullable(short) }), result: z.object({}) },
  /** Pickers of the host. */
  chooseModel: { params: z.object({}), result: z.object({}) },
  chooseEffort: { params: z.object({}), result: z.object({}) },
  /** Files of the workspace for an `@` mention, best first, at most 20. */
  findFiles: {
    params: z.object({ query: short }),
    result: z.object({ files: z.array(z.object({ id: short, label: z.string() })) }),
  },
  /** A pasted or dropped picture, PNG or JPEG, at most 1568 px, `base64`. */
  addImage: {
    params: z.object({
      name: short,
      mediaType: z.enum(['image/png', 'image/jpeg']),
      base64: long,
    }),
    result: z.object({ id: short }),
  },
  /** The bytes of a picture that was attached; its id is its `sha256`. */
  imageData: {
    params: z.object({ sha256: hash }),
    result: z.object({ mediaType: z.enum(['image/png', 'image/jpeg']), base64: long }),
  },
  /** Paths or URIs dropped onto the panel; those that can be seen come back as chips. */
  addFiles: {
    params: z.object({ uris: z.array(short) }),
    result: z.object({ files: z.array(z.object({ id: short, label: z.string() })) }),
  },
  /** `force`: the second Stop. What still runs is killed with its variables. */
  stop: { params: z.object({ force: z.optional(z.boolean()) }), result: z.object({}) },
  newSession: { params: z.object({}), result: z.object({}) },
  /** Opens the save dialog; `saved: false` when the user cancelled. */
  saveArtifact: {
    params: z.object({ sha256: hash, name: short }),
    result: z.object({ saved: z.boolean() }),
  },
  /** Several files into one folder that the user picks; `saved` is how many were written. */
  saveArtifacts: {
    params: z.object({ artifacts: z.array(z.object({ sha256: hash, name: short })) }),
    result: z.object({ saved: z.int() }),
  },
  openArtifact: { params: z.object({ sha256: hash, name: short }), result: z.object({}) },
  /** What a drag of that file brings along, by the type of a `DataTransfer`: only of what this session keeps. */
  dragArtifact: {
    params: z.object({ sha256: hash, name: short }),
    result: z.object({ data: z.record(z.string(), z.string()) }),
  },
  ...fileRequests,
  ...changeRequests,
  /** A picture the panel made of a chart (PNG or SVG), through the save dialog. `base64` of the file. */
  saveImage: {
    params: z.object({ suggestedName: short, base64: long }),
    result: z.object({ saved: z.boolean() }),
  },
  /** The same, as a tab of VS Code's own picture viewer: a copy below the extension's folder, read-only. */
  openImage: { params: z.object({ suggestedName: short, base64: long }), result: z.object({}) },
  /** The data of a chart as CSV, through the save dialog. */
  saveTable: {
    params: z.object({ suggestedName: short, csv: long }),
    result: z.object({ saved: z.boolean() }),
  },
  copyText: { params: z.object({ text: long }), result: z.object({}) },
  /** A picker of data files of the workspace; the answer becomes chips in the composer. */
  attachFile: {
    params: z.object({}),
    result: z.object({ files: z.array(z.object({ id: short, label: z.string() })) }),
  },
  /** A link in an answer: http(s) only, the host shows the real address and asks. */
  openLink: { params: z.object({ url: short }), result: z.object({}) },
  /** A file that a traceback names by its path below `/workspace`, in an editor, at that line (from 1). */
  openWorkspaceFile: { params: z.object({ containerPath: short, line: z.int() }), result: z.object({}) },
  /** One of the extension's own commands, from an allow-list in the host (remedies, set-up). */
  runCommand: { params: z.object({ command: short }), result: z.object({}) },
} as const;

export type RequestName = keyof typeof requests;
export type RequestParams<N extends RequestName> = z.infer<(typeof requests)[N]['params']>;
export type RequestResult<N extends RequestName> = z.infer<(typeof requests)[N]['result']>;

/** What can lie beside the conversation (below 720 px: over it). */
export const paneSchema = z.enum(['variables', 'charts', 'files', 'changes', 'search']);
export type Pane = z.infer<typeof paneSchema>;

/** What can be done with a chart, by its buttons and by VS Code's menu over it. */
export const chartActionSchema = z.enum([
  'copyImage',
  'savePng',
  'saveSvg',
  'openTab',
  'showCode',
  'showData',
  'ask',
]);
export type ChartAction = z.infer<typeof chartActionSchema>;

export const hostEventSchema = z.discriminatedUnion('type', [
  /** Entries of the session's log, in order. `replayed`: they are not new, the session is being loaded. */
  z.object({
    type: z.literal('events'),
    events: z.array(sessionEventSchema),
    replayed: z.optional(z.boolean()),
  }),
  z.object({ type: z.literal('state'), state: panelStateSchema }),
  /** Another session is shown now: forget everything. */
  z.object({
    type: z.literal('reset'),
    state: panelStateSchema,
    events: z.array(sessionEventSchema),
    view: z.optional(sessionViewSchema),
  }),
  /** Put files and text into the composer and focus it (from a command). */
  z.object({
    type: z.literal('focusComposer'),
    text: z.string(),
    files: z.array(z.object({ id: z.string(), label: z.string() })),
  }),
  /** Open this beside the conversation, and put the focus there (from a command). */
  z.object({ type: z.literal('showPane'), pane: paneSchema }),
  /** Chosen in VS Code's menu over a chart; `chart` is the key of its output, as the menu got it from the page. */
  z.object({ type: z.literal('chartAction'), action: chartActionSchema, chart: z.int() }),
]);
export type HostEvent = z.infer<typeof hostEventSchema>;
