/**
 * The output model of a cell: nbformat 4.5 outputs (MIME bundles), plus what the sandbox adds to them
 * (artifacts, truncation marks, how the cell ended). It is the same from the bridge in the container to
 * the panel and the exported notebook. The source of the output shapes is the nbformat 4.5 schema.
 */
import * as z from 'zod/mini';

/** MIME type → value: a string (base64 for binary types), a list of lines, or JSON for `+json` types. */
export const mimeBundleSchema = z.record(z.string(), z.unknown());
export type MimeBundle = z.infer<typeof mimeBundleSchema>;

const metadataSchema = z.record(z.string(), z.unknown());
const transientSchema = z.optional(z.object({ display_id: z.optional(z.string()) }));

export const outputSchema = z.discriminatedUnion('output_type', [
  z.object({ output_type: z.literal('stream'), name: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({
    output_type: z.literal('display_data'),
    data: mimeBundleSchema,
    metadata: metadataSchema,
    transient: transientSchema,
  }),
  z.object({
    output_type: z.literal('update_display_data'),
    data: mimeBundleSchema,
    metadata: metadataSchema,
    transient: transientSchema,
  }),
  z.object({
    output_type: z.literal('execute_result'),
    execution_count: z.nullable(z.int()),
    data: mimeBundleSchema,
    metadata: metadataSchema,
    transient: transientSchema,
  }),
  z.object({
    output_type: z.literal('error'),
    ename: z.string(),
    evalue: z.string(),
    /** Lines with ANSI colours, as IPython writes them. */
    traceback: z.array(z.string()),
  }),
  z.object({ output_type: z.literal('clear_output'), wait: z.boolean() }),
]);
export type Output = z.infer<typeof outputSchema>;

export const languageSchema = z.enum(['python', 'bash', 'javascript']);
export type Language = z.infer<typeof languageSchema>;

/**
 * `error`: the user's code raised or exited non-zero. `interrupted`: stopped by SIGINT, variables kept unless
 * `stateLost`. `timeout`: the cell's time limit. `killed`: its kernel or the container died.
 */
export const cellStatusSchema = z.enum(['ok', 'error', 'interrupted', 'timeout', 'killed']);
export type CellStatus = z.infer<typeof cellStatusSchema>;

/** What of a text changed, in lines. */
export const changeSchema = z.object({
  added: z.int(),
  removed: z.int(),
  /** Unified, with names as its first two lines; cut after a whole line when it is long. */
  diff: z.string(),
});
export type Change = z.infer<typeof changeSchema>;

/** What a program that reads a file, and computes its formulas where the image has LibreOffice, found wrong in it. */
export const fileFindingSchema = z.object({
  /** `Sheet!B7`; empty: the file as a whole. */
  cell: z.string(),
  /** A closed list: a sentence can hold a value of the file, a kind cannot. */
  kind: z.enum([
    ...(['not-readable', 'error-value', 'broken-reference', 'missing-sheet', 'unknown-function'] as const),
    ...([
      'needs-prefix',
      'unknown-name',
      'not-a-formula',
      'separator',
      'circular',
      'divides-by-empty',
    ] as const),
    ...(['empty-range', 'text-in-range', 'computed-error', 'wrong-value'] as const),
  ]),
  sentence: z.string(),
});
export type FileFinding = z.infer<typeof fileFindingSchema>;

/** A regular file that a cell created or changed below `/outputs`. */
export const artifactSchema = z.object({
  /** Path relative to `/outputs`, `/` separated, safe to use as a relative path on the host. */
  name: z.string(),
  bytes: z.int(),
  /** Lower-case hex. */
  sha256: z.string(),
  /** It was written again with the bytes that it had: nothing in it changed. */
  same: z.optional(z.boolean()),
  /** Absent: nothing, or it was not looked at. */
  findings: z.optional(z.array(fileFindingSchema)),
  /** Found by the host: cells that a spreadsheet would take for formulas. */
  formulas: z.optional(z.boolean()),
  /** Found by the host: which version of the file of this name it is. Absent: the first. */
  version: z.optional(z.int()),
  /** Found by the host: lines that are not those of the version before. Absent: no text, or too much of it. */
  change: z.optional(changeSchema),
});
export type Artifact = z.infer<typeof artifactSchema>;

/** Output that was dropped in the middle of a stream because the cell exceeded its output limit. */
export const truncationSchema = z.object({ stream: z.string(), droppedBytes: z.int() });
export type Truncation = z.infer<typeof truncationSchema>;

/**
 * A limit of the sandbox that a cell ran into, as the bridge measured it. Words for it: `limitWords.ts`.
 * `figure`: bytes (memory, disk, fileSize, output), seconds (time) or a count; null where it is not known, or where
 * it is not ours (the machine's disk is full).
 */
export const limitHitSchema = z.object({
  kind: z.enum([
    'memory',
    'processes',
    /** A file system is full, in bytes or in files; `place` says which. */
    'disk',
    'files',
    'fileSize',
    'openFiles',
    /** The code wrote to the workspace, or to the system. */
    'readOnly',
    'output',
    'time',
    /** Beside `time` only: too few processors were why. */
    'cpu',
  ]),
  figure: z.nullable(z.number()),
  place: z.optional(z.enum(['/tmp', '/dev/shm', '/outputs'])),
  /** Of memory: what was ended for it; `nothing`: the code was refused what it asked for. */
  ended: z.optional(z.enum(['kernel', 'process', 'nothing'])),
});
export type LimitHit = z.infer<typeof limitHitSchema>;

/** A file below `/outputs` that is not an artifact, and why (a link, a device, too large, an unsafe name). */
export const refusedFileSchema = z.object({ name: z.string(), reason: z.string() });
export type RefusedFile = z.infer<typeof refusedFileSchema>;

/** Something that pip or npm put into `/packages`. */
export const installedPackageSchema = z.object({
  manager: z.enum(['pip', 'npm']),
  name: z.string(),
  version: z.string(),
  /** False: from a file or an address of its own, so that its name does not bring it back. */
  fromIndex: z.boolean(),
});
export type InstalledPackage = z.infer<typeof installedPackageSchema>;

/** How a cell ended. Everything the user and the model are told about a run comes from here. */
export const cellResultSchema = z.object({
  status: cellStatusSchema,
  /** Null when the cell never reached a kernel. */
  executionCount: z.nullable(z.int()),
  durationMs: z.number(),
  /** The kernel of this language was replaced: its variables are gone. */
  stateLost: z.boolean(),
  truncated: z.array(truncationSchema),
  /** Which limits it ran into; absent when none. */
  limits: z.optional(z.array(limitHitSchema)),
  artifacts: z.array(artifactSchema),
  refused: z.array(refusedFileSchema),
  /** Names of artifacts that are no more below `/outputs`. Absent: none. */
  removed: z.optional(z.array(z.string())),
  /** Absent: the cell changed nothing of what is installed. */
  packages: z.optional(
    z.object({ installed: z.array(installedPackageSchema), removed: z.array(installedPackageSchema) }),
  ),
});
export type CellResult = z.infer<typeof cellResultSchema>;

/** The shape of a table beside its rows: written by the sandbox for each DataFrame that a cell shows. */
export const FRAME_MIME = 'application/vnd.code-interpreter.frame+json';
export const frameSchema = z.object({
  rows: z.int(),
  columnCount: z.int(),
  /** The first columns, at most 200. `missing` is null where the table is too large to count. */
  columns: z.array(z.object({ name: z.string(), dtype: z.string(), missing: z.nullable(z.int()) })),
  /** Names the live object in its kernel. */
  handle: z.optional(z.string()),
});
export type Frame = z.infer<typeof frameSchema>;

/** Facts for the model, not shown to the user (a JSON value). Written by sandbox helpers next to a readable table. */
export const FACTS_MIME = 'application/vnd.code-interpreter.facts+json';

/**
 * What a matplotlib figure holds, beside its picture: the plotted points, taken from the drawing itself, and what a
 * program found wrong with its looks. For the model, the panel and exports; it is in no notebook.
 */
export const FIGURE_MIME = 'application/vnd.code-interpreter.figure+json';

export const findingKindSchema = z.enum([
  /** Texts other than tick labels that cover each other. */
  'overlap',
  /** Tick labels of an axis that cover each other, or are too many or too small to be read. */
  'ticks',
  /** Text that the edge of the picture cuts off. */
  'clipped',
  /** Axes without anything drawn. */
  'empty',
  /** Characters that no font has: they are drawn as boxes. */
  'glyphs',
  /** A legend that hides data. */
  'legend',
]);
export type FindingKind = z.infer<typeof findingKindSchema>;

export const findingSchema = z.object({
  kind: findingKindSchema,
  /** What is wrong, and what to do; may quote texts of the figure. */
  sentence: z.string(),
  /** Place in `axes`; null: the figure as a whole. */
  axes: z.nullable(z.int()),
});

/**
 * One thing drawn: a line, the bars of one call. All columns are of the same length, `shown`. Dates are ISO 8601
 * text, categories their names; what is missing, masked or infinite is null.
 */
export const figureSeriesSchema = z.object({
  /** As in the legend; empty when it has none. */
  label: z.string(),
  kind: z.enum([
    'line',
    'scatter',
    'bar',
    'histogram',
    'area',
    'box',
    'heatmap',
    'pie',
    'errorbar',
    'contour',
    'other',
  ]),
  columns: z.array(
    z.object({ name: z.string(), values: z.array(z.union([z.number(), z.string(), z.null()])) }),
  ),
  /** How many points it has, and of how many the values are here (the first ones). */
  points: z.int(),
  shown: z.int(),
});

export const figureSchema = z.object({
  title: z.string(),
  /** In the order in which they were made. Colour bars and other axes without data of their own are not among them. */
  axes: z.array(
    z.object({
      title: z.string(),
      xLabel: z.string(),
      yLabel: z.string(),
      /** `linear`, `log`, `symlog`, `date`, `category` or another name of a scale of matplotlib. */
      xScale: z.string(),
      yScale: z.string(),
      series: z.array(figureSeriesSchema),
      /** Series that are not here because there were too many. */
      moreSeries: z.int(),
    }),
  ),
  /** Empty when nothing was found; null when it was not looked at. */
  findings: z.nullable(z.array(findingSchema)),
  /** Of the figure itself; what is saved may be cut to what is drawn. */
  size: z.object({ widthInches: z.number(), heightInches: z.number() }),
});
export type Figure = z.infer<typeof figureSchema>;

/** The first page beside an `application/pdf` (`pdf.ts`); in no notebook, for the PDF itself is there. */
export const PDF_MIME = 'application/vnd.code-interpreter.pdf+json';

/**
 * What a bundle holds beside what people are shown and other programs can read: descriptions for the model, and for
 * the panel's own buttons.
 */
export const isForModelOnly = (mime: string): boolean =>
  mime === FACTS_MIME || mime === FRAME_MIME || mime === FIGURE_MIME || mime === PDF_MIME;

/** The output as it is for people and other programs; null when it held nothing for them. */
export function withoutModelOnly<O extends Output>(output: O): O | null {
  if (!('data' in output) || !Object.keys(output.data).some(isForModelOnly)) return output;
  const kept = Object.entries(output.data).filter(([mime]) => !isForModelOnly(mime));
  return kept.length === 0 ? null : { ...output, data: Object.fromEntries(kept) };
}
