/**
 * A cell's result under the privacy setting `schema`: status, counts, sizes, types, and names that the model has
 * already. No text of a stream, no row, no value, no picture, no message of an error. What the container says is
 * taken from closed lists only: a class, a type or a file can be named after a value.
 */
import type { TextBlock } from '../models/model.ts';
import type { NetworkAttempt } from '../shared/network.ts';
import { limitForModel } from '../shared/limitWords.ts';
import {
  FIGURE_MIME,
  FRAME_MIME,
  frameSchema,
  type CellResult,
  type Frame,
  type Language,
  type MimeBundle,
  type Output,
} from '../shared/outputs.ts';
import { findingKinds } from './describeFigure.ts';
import { mimeSizes, shapeOf } from './describeOutputs.ts';
import { foldOutputs, type FoldedOutput } from './foldOutputs.ts';
import { deniedLines } from './networkNotes.ts';
import { fileFacts, GONE, STATUS, UNCHANGED } from './resultWords.ts';
import { counted, formatBytes, formatDuration, plainText } from './text.ts';

const MAX_OUTPUTS = 20;
const MAX_COLUMNS = 200;
const MAX_NAME_CHARS = 120;
const MAX_FILES = 40;

export interface SchemaResultOptions {
  language: Language;
  /** What ran. */
  code: string;
  outputs: readonly Output[];
  result: CellResult;
  /** Whether the model has this name already. */
  knows: (name: string) => boolean;
  /** What of the network it did not get. */
  denied?: readonly NetworkAttempt[];
}

export function schemaResultContent(options: SchemaResultOptions): TextBlock[] {
  const folded = foldOutputs(options.outputs);
  const lines = [
    ...statusLines(options),
    ...deniedLines(options.denied ?? [], options.knows),
    'Outputs, shown to the user. Their contents are withheld from you; the user can release them.',
    ...folded.slice(0, MAX_OUTPUTS).flatMap((output) => outputLines(output, options)),
  ];
  if (folded.length > MAX_OUTPUTS) lines.push(`and ${counted(folded.length - MAX_OUTPUTS, 'more output')}`);
  if (folded.length === 0) lines[lines.length - 1] = 'No output.';
  return [{ type: 'text', text: lines.join('\n') }];
}

function statusLines({ language, result, knows }: SchemaResultOptions): string[] {
  const { status, durationMs, executionCount, artifacts, refused, truncated } = result;
  const lines = [`status: ${STATUS[status]} (${formatDuration(durationMs)})`];
  if (executionCount !== null) lines.push(`execution count: ${executionCount}`);
  lines.push(...(result.limits ?? []).map(limitForModel));
  if (result.stateLost) lines.push(GONE[language]);
  for (const { stream, droppedBytes } of truncated) {
    const name = stream === 'stdout' || stream === 'stderr' ? stream : 'outputs';
    lines.push(`${name}: ${formatBytes(droppedBytes)} in the middle were dropped by the output limit.`);
  }
  const fresh = artifacts.filter(({ same }) => same !== true);
  const files = fresh.map((file) => `${fileName(file.name, knows)} (${fileFacts(file)})`);
  if (files.length > 0)
    lines.push(`new or changed files in /outputs: ${files.slice(0, MAX_FILES).join(', ')}`);
  for (const { name, findings = [] } of fresh)
    if (findings.length > 0) {
      const kinds = [...new Set(findings.map(({ kind }) => kind))];
      lines.push(`wrong in ${fileName(name, knows)}: ${findings.length} places (${kinds.join(', ')})`);
    }
  if (files.length > MAX_FILES) lines.push(`and ${counted(files.length - MAX_FILES, 'more file')}`);
  const same = artifacts.filter((file) => file.same === true).map(({ name }) => fileName(name, knows));
  if (same.length > 0) lines.push(`${UNCHANGED}: ${same.slice(0, MAX_FILES).join(', ')}`);
  const { removed: gone = [] } = result;
  if (gone.length > 0) lines.push(`files no longer in /outputs: ${gone.length}`);
  const { installed = [], removed = [] } = result.packages ?? {};
  // A package can be named after a value.
  if (installed.length > 0) lines.push(`packages installed: ${installed.length}`);
  if (removed.length > 0) lines.push(`packages removed: ${removed.length}`);
  if (refused.length > 0) lines.push(`files that the user does NOT get: ${refused.length}`);
  return lines;
}

const fileName = (name: string, knows: (name: string) => boolean): string =>
  knows(name) || name.split('/').every(knows) ? JSON.stringify(name) : 'a file (name withheld)';

function outputLines(output: FoldedOutput, { code, result, knows }: SchemaResultOptions): string[] {
  switch (output.output_type) {
    case 'stream': {
      const text = plainText(output.text).trimEnd();
      const lines = text === '' ? 0 : text.split('\n').length;
      return [`- ${output.name}: ${counted(lines, 'line')}, ${counted(text.length, 'character')}`];
    }
    case 'error': {
      const name =
        CLASSES.has(output.ename) || knows(output.ename) ? output.ename : 'an error of another class';
      const line = failingLine(output.traceback, code, result.executionCount);
      return [`- ${name}${line === null ? '' : ` in line ${line} of this cell`} (message withheld)`];
    }
    case 'execute_result':
      return bundleLines('result', output.data, knows);
    case 'display_data':
      return bundleLines('display', output.data, knows);
  }
}

function bundleLines(title: string, data: MimeBundle, knows: (name: string) => boolean): string[] {
  const frame = frameSchema.safeParse(data[FRAME_MIME]);
  if (frame.success) return frameLines(title, frame.data, knows);
  const parts = mimeSizes(data, (mime) => (MIMES.test(mime) ? mime : 'another type'));
  if (parts.length === 0) return [];
  const found = findingKinds(data[FIGURE_MIME]);
  return [`- ${title}: ${parts.join(', ')}${found === null ? '' : ` (proofread by a program: ${found})`}`];
}

function frameLines(title: string, frame: Frame, knows: (name: string) => boolean): string[] {
  const columns = frame.columns.slice(0, MAX_COLUMNS);
  const isName = ({ name }: Frame['columns'][number]): boolean =>
    name.length <= MAX_NAME_CHARS && knows(name);
  const named = columns.filter(isName);
  const lines = named.map(
    ({ name, dtype, missing }) =>
      `  ${JSON.stringify(name)}: ${typeName(dtype)}, ${missing === null ? 'missing not counted' : `${missing} missing`}`,
  );
  const unnamed = columns.filter((column) => !isName(column));
  if (unnamed.length > 0) {
    lines.push(
      `  ${counted(unnamed.length, 'column')} whose names may be values, withheld: ${typeCounts(unnamed)}`,
    );
  }
  const more = frame.columnCount - columns.length;
  if (more > 0) lines.push(`  and ${counted(more, 'more column')}`);
  return [`- ${title}: table, ${shapeOf(frame)}`, ...lines];
}

/** `2 × int64, 1 × another type`. */
export function typeCounts(columns: readonly { dtype: string }[]): string {
  const counts = new Map<string, number>();
  for (const { dtype } of columns) counts.set(typeName(dtype), (counts.get(typeName(dtype)) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} × ${type}`).join(', ');
}

/** Names of categories, fields and classes can be part of a type; the closed list has none. */
const TYPES =
  /^(?:(?:u?int|float|complex)\d{1,3}|U?Int\d{1,2}|Float\d{2}|bool|boolean|Boolean|object|string|str|String|category|Categorical|Date|Time|Duration|Datetime|Decimal|List|Struct|Null|Utf8|datetime64\[(?:ns|us|ms|s)\]|timedelta64\[(?:ns|us|ms|s)\]|date32\[day\](?:\[pyarrow\])?|timestamp\[(?:ns|us|ms|s)\]|double|float|large_string|binary|period\[(?:D|M|Q-DEC|Y-DEC)\]|(?:string|bool|double|int\d{1,2})\[(?:python|pyarrow)\])$/;

export function typeName(dtype: string): string {
  if (TYPES.test(dtype)) return dtype;
  return /^datetime64\[/.test(dtype) ? 'datetime64 with time zone' : 'another type';
}

const MIMES =
  /^(?:text\/(?:plain|html|markdown|latex)|image\/(?:png|jpeg|svg\+xml|gif|webp)|application\/(?:json|pdf|javascript|geo\+json|vnd\.plotly\.v1\+json|vnd\.vega(?:lite)?\.v\d{1,2}\+json))$/;

/** Classes of the languages and of the libraries everybody uses. */
const CLASSES: ReadonlySet<string> = new Set(
  (
    'ArithmeticError AssertionError AttributeError BaseException BashError BlockingIOError BrokenPipeError ' +
    'BufferError ChildProcessError ConnectionError ConnectionRefusedError ConnectionResetError EOFError Exception ' +
    'ExceptionGroup FileExistsError FileNotFoundError FloatingPointError ImportError IndentationError IndexError ' +
    'InterruptedError IsADirectoryError JSONDecodeError KeyError KeyboardInterrupt LinAlgError LookupError ' +
    'MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError ' +
    'PermissionError PicklingError ProcessLookupError RecursionError ReferenceError RuntimeError StopIteration ' +
    'SyntaxError SystemError SystemExit TabError TimeoutError TypeError UFuncTypeError UnboundLocalError ' +
    'UnicodeDecodeError UnicodeEncodeError UnicodeError UnpicklingError ValueError ZeroDivisionError ' +
    'ArrowInvalid ArrowTypeError BadZipFile BinderException CalledProcessError CatalogException ColumnNotFoundError ' +
    'ComputeError ConversionException DatabaseError DtypeWarning EmptyDataError IncompatibleFrequency ' +
    'IntCastingNaNError InvalidIndexError InvalidOperation IOException MergeError NotFittedError OperationalError ' +
    'OutOfBoundsDatetime OutOfBoundsTimedelta ParserError ParserException SchemaError SpecificationError ' +
    'UndefinedVariableError XLRDError Error EvalError RangeError URIError AggregateError'
  ).split(' '),
);

/** The line of this cell that raised, if the traceback names one that exists. */
function failingLine(traceback: readonly string[], code: string, count: number | null): number | null {
  if (count === null) return null;
  const text = plainText(traceback.join('\n'));
  const found = [...text.matchAll(/^\s*Cell In ?\[(\d+)\],? line:? ?(\d+)/gm)]
    .filter(([, cell]) => Number(cell) === count)
    .at(-1);
  const line = Number(found?.[2] ?? 0);
  return line >= 1 && line <= code.split('\n').length ? line : null;
}
