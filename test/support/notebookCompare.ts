/** What two runs of one notebook must have in common, and how they are read for that. */
import { stripVTControlCharacters } from 'node:util';

interface ReadOutput {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: unknown;
  execution_count?: number | null;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}
interface ReadCell {
  id: string;
  cell_type: string;
  source: string | string[];
  execution_count?: number | null;
  outputs?: ReadOutput[];
}
export interface ReadNotebook {
  metadata: Record<string, unknown>;
  cells: ReadCell[];
}

export const joined = (text: string | string[] | undefined): string =>
  text === undefined ? '' : typeof text === 'string' ? text : text.join('');

export interface ComparableCell {
  cell_type: string;
  source: string;
  execution_count: number | null;
  outputs: ComparableOutput[];
}
export type ComparableOutput = Record<string, unknown> & { output_type: string };

/**
 * Each cell as it is compared: everything but ids, times, pixels, addresses in memory, when a stream was flushed,
 * and the line ends of the terminal that nbclient's kernel gives to `!commands` (ours get pipes).
 */
export const comparableCells = (notebook: ReadNotebook): ComparableCell[] =>
  notebook.cells.map(({ cell_type, source, execution_count, outputs = [] }) => ({
    cell_type,
    source: joined(source),
    execution_count: execution_count ?? null,
    outputs: withJoinedStreams(outputs).map(comparableOutput),
  }));

/** Standard output and error between two other outputs: each whole, for when which was flushed is the clock's doing. */
function withJoinedStreams(outputs: readonly ReadOutput[]): ReadOutput[] {
  const kept: ReadOutput[] = [];
  let streams: ReadOutput[] = [];
  const joinStreams = (): void => {
    for (const wanted of new Set(streams.map(({ name = '' }) => name).sort())) {
      const parts = streams.filter(({ name = '' }) => name === wanted);
      kept.push({
        output_type: 'stream',
        name: wanted,
        text: parts.map(({ text }) => joined(text)).join(''),
      });
    }
    streams = [];
  };
  for (const output of outputs) {
    if (output.output_type === 'stream') streams.push(output);
    else {
      joinStreams();
      kept.push(output);
    }
  }
  joinStreams();
  return kept;
}

function comparableOutput(output: ReadOutput): ComparableOutput {
  const { text, data, traceback, ...rest } = output;
  return {
    ...rest,
    ...(text === undefined ? {} : { text: settled(joined(text)) }),
    ...(data === undefined ? {} : { data: comparableBundle(data) }),
    ...(traceback === undefined
      ? {}
      : { traceback: settled(stripVTControlCharacters(traceback.join('\n'))) }),
  };
}

const comparableBundle = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).map(([mime, value]) => {
      if (mime === 'image/png') return [mime, pictureSize(joined(value as string | string[]))];
      if (mime.startsWith('image/')) return [mime, 'a picture'];
      const text = Array.isArray(value) ? joined(value as string[]) : value;
      return [mime, typeof text === 'string' ? settled(text) : text];
    }),
  );

/** Width and height stand at a fixed place of a PNG; fonts and compression may differ in a few bytes. */
function pictureSize(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length < 24 ? 'no picture' : `${bytes.readUInt32BE(16)} × ${bytes.readUInt32BE(20)} pixels`;
}

/** What is another one each time, as one: colours stay. */
const settled = (text: string): string =>
  CHANGING.reduce((kept, [from, to]) => kept.replaceAll(from, to), text);

const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\r\n/g, '\n'],
  // Addresses, names of temporary files, processes, and the ids that rich gives to its links.
  [/0x[0-9a-f]{8,}/g, '0x0'],
  [/ipykernel_\d+\/\d+/g, 'ipykernel/0'],
  [/\(pid=\d+\)/g, '(pid=0)'],
  [/\]8;id=\d+;/g, ']8;id=0;'],
  // How many frames of the kernel's own lie between.
  [/skipping (?:hidden \d+|\d+ hidden) frame/g, 'skipping hidden frame'],
  // %time and %timeit.
  [/^CPU times: .*$/gm, 'CPU times: …'],
  [/^Wall time: .*$/gm, 'Wall time: …'],
  [/^[\d.]+ [nμmu]?s ± [\d.]+ [nμmu]?s per loop/gm, '… per loop'],
  [/^The slowest run took .*\n/gm, ''],
  // tqdm's times, and how often it draws when the time decides.
  [/\[\d\d:\d\d<(?:\d\d:\d\d|\?), +[^\]\r\n]*?\/(?:s|it|B)(, [^\]]*)?\] */g, '[…$1]'],
  [/(?:\r[^\r\n]*\/100 \[…[^\]]*\])*(\r[^\r\n]*\/100 \[…[^\]]*\])/g, '$1'],
];
