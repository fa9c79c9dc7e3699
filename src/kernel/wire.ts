/**
 * The line protocol between the host and the bridge in the container: one JSON object a line, UTF-8, at most
 * `MAX_LINE_BYTES` (the bridge splits longer stream text; a single larger display becomes a text placeholder).
 * The bridge listens on a unix socket; each connection starts with `hello`. Lines from the bridge are numbered,
 * so that a later connection can ask for what it missed. The peer is code we do not trust: everything is parsed.
 */
import * as z from 'zod/mini';
import { fileProfileSchema } from '../shared/fileProfile.ts';
import type { EditRequest, InstallRequest, QueryRequest, SchemasRequest } from './kernel.ts';
import {
  artifactSchema,
  cellResultSchema,
  cellStatusSchema,
  installedPackageSchema,
  languageSchema,
  limitHitSchema,
  outputSchema,
  refusedFileSchema,
  truncationSchema,
  type Language,
} from '../shared/outputs.ts';

export const PROTOCOL_VERSION = 3;
export const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** Where the bridge listens, inside the container: an abstract socket, which no cell can remove or replace. */
export const SOCKET_NAME = 'code-interpreter-bridge';

/** All with an id may be sent again under the same id after a broken connection: the bridge takes each once. */
export type ToBridge =
  /** First line of a connection: replay numbered lines after `afterSeq` (0: all that are still held). */
  | { op: 'hello'; protocol: number; afterSeq: number }
  | {
      op: 'execute';
      id: string;
      language: Language;
      code: string;
      timeoutMs: number;
      outputLimitBytes: number;
    }
  /** Answered by `edited`; refused while a cell runs. */
  | ({ op: 'edit'; id: string } & EditRequest)
  /** Answered by `schemas`; between cells, but for those of the background. */
  | ({ op: 'schemas'; id: string } & SchemasRequest)
  /** Answered by `installed`; between cells. */
  | ({ op: 'install'; id: string } & InstallRequest)
  /** Answered by `answered`; refused while a cell runs or waits, and ended by one that comes. */
  | ({ op: 'query'; id: string } & QueryRequest)
  /** Ends this query, or this reading in the background, if it is not answered yet. No answer of its own. */
  | { op: 'cancel'; id: string }
  /** Also ends the reading of schemas and an installation. Stops the running cell: SIGINT, after 3 s the kernel is killed. No answer of its own: the cell's `done` tells. */
  | { op: 'interrupt' }
  /** Replaces all kernels; a running cell ends `killed`. Answered by `restarted`. */
  | { op: 'restart'; id: string };

const seq = z.int();

export const editResultSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    text: z.string(),
    diff: z.string(),
    artifact: z.nullable(artifactSchema),
    refused: z.nullable(refusedFileSchema),
  }),
  z.object({ ok: z.literal(false), problem: z.string() }),
]);

export const queryReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), answer: z.unknown() }),
  z.object({
    ok: z.literal(false),
    reason: z.enum(['busy', 'gone', 'unknown', 'refused', 'timeout', 'cancelled', 'failed']),
    problem: z.string(),
  }),
]);

export const fromBridgeSchema = z.discriminatedUnion('type', [
  /**
   * Answer to `hello`, not numbered (seq 0). `firstSeq`: the oldest line still held. The kernels start behind
   * it. `securityStatus`: `Seccomp`, `NoNewPrivs` and `CapEff` of the bridge's /proc/self/status; `gvisor`: it
   * runs on that kernel; `cells`: unix sockets, and writing outside of the folders for it, are refused to cells.
   */
  z.object({
    type: z.literal('welcome'),
    seq,
    protocol: z.int(),
    firstSeq: z.int(),
    lastSeq: z.int(),
    securityStatus: z.object({
      seccomp: z.int(),
      noNewPrivs: z.int(),
      capEff: z.string(),
      gvisor: z.optional(z.boolean()),
      cells: z.optional(z.object({ sockets: z.boolean(), writes: z.boolean() })),
    }),
  }),
  /** The Python kernel answers; sent once, and again after each replacement of a kernel. */
  z.object({ type: z.literal('ready'), seq, language: languageSchema }),
  z.object({ type: z.literal('started'), seq, id: z.string(), executionCount: z.nullable(z.int()) }),
  z.object({ type: z.literal('output'), seq, id: z.string(), output: outputSchema }),
  z.object({
    type: z.literal('done'),
    seq,
    id: z.string(),
    status: cellStatusSchema,
    executionCount: z.nullable(z.int()),
    durationMs: z.number(),
    stateLost: z.boolean(),
    truncated: z.array(truncationSchema),
    limits: z.optional(z.array(limitHitSchema)),
    artifacts: z.array(artifactSchema),
    refused: z.array(refusedFileSchema),
    removed: cellResultSchema.shape.removed,
    packages: cellResultSchema.shape.packages,
  }),
  z.object({ type: z.literal('edited'), seq, id: z.string(), result: editResultSchema }),
  z.object({ type: z.literal('schemas'), seq, id: z.string(), files: z.array(fileProfileSchema) }),
  z.object({
    type: z.literal('installed'),
    seq,
    id: z.string(),
    missing: z.array(z.omit(installedPackageSchema, { fromIndex: true })),
    text: z.string(),
  }),
  z.object({ type: z.literal('answered'), seq, id: z.string(), result: queryReplySchema }),
  z.object({ type: z.literal('restarted'), seq, id: z.string() }),
  /** An operation the bridge could not understand or carry out; `id` when it belongs to one. */
  z.object({ type: z.literal('fault'), seq, id: z.nullable(z.string()), message: z.string() }),
]);
export type FromBridge = z.infer<typeof fromBridgeSchema>;
