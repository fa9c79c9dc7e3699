/** What a cell put out, without its contents: kinds, types, sizes. */
import { FRAME_MIME, frameSchema, isForModelOnly, type Frame, type MimeBundle } from '../shared/outputs.ts';
import { foldOutputs, type FoldedOutput } from './foldOutputs.ts';
import { limitForModel } from '../shared/limitWords.ts';
import type { StoredCell } from './outputStore.ts';
import { counted, formatBytes, plainText } from './text.ts';

const MAX_LISTED = 50;

/** @param limitChars of the whole text. */
export function describeOutputs(
  { number, language, result, outputs }: StoredCell,
  limitChars: number,
): string {
  const head = `Cell ${number} (${language}), status: ${result?.status ?? 'running'}`;
  const parts = foldOutputs(outputs).map((output, at) => `${at + 1}. ${outputKind(output)}`);
  const dropped = (result?.truncated ?? []).map(
    ({ stream, droppedBytes }) =>
      `${stream}: ${formatBytes(droppedBytes)} were dropped by the output limit and are gone`,
  );
  const files = (result?.artifacts ?? []).map(
    ({ name, bytes }) => `${JSON.stringify(name)} (${formatBytes(bytes)})`,
  );
  const shown = [
    head,
    ...(parts.length === 0 ? ['No output.'] : parts.slice(0, MAX_LISTED)),
    ...(parts.length > MAX_LISTED ? [`and ${parts.length - MAX_LISTED} more outputs`] : []),
    ...(result?.limits ?? []).map(limitForModel),
    ...dropped,
    ...(files.length > 0 ? [`files: ${files.slice(0, MAX_LISTED).join(', ')}`] : []),
  ];
  return plainText(shown.join('\n')).slice(0, limitChars);
}

const size = (text: string): string =>
  `${counted(text.length, 'character')}, ${counted(text.split('\n').length, 'line')}`;

function outputKind(output: FoldedOutput): string {
  switch (output.output_type) {
    case 'stream':
      return `${output.name}: ${size(output.text.trimEnd())}`;
    case 'error':
      return `error: ${output.ename}, traceback of ${size(output.traceback.join('\n'))}`;
    case 'execute_result':
      return `result: ${bundleKinds(output.data)}`;
    case 'display_data':
      return `display: ${bundleKinds(output.data)}`;
  }
}

function bundleKinds(data: MimeBundle): string {
  const frame = frameSchema.safeParse(data[FRAME_MIME]);
  const shape = frame.success ? [`table of ${shapeOf(frame.data)}`] : [];
  return [...shape, ...mimeSizes(data, (mime) => mime)].join(', ');
}

export const shapeOf = ({ rows, columnCount }: Frame): string =>
  `${counted(rows, 'row')} × ${counted(columnCount, 'column')}`;

/** The representations that people are shown, each with its size; `named`: how a type is called. */
export const mimeSizes = (data: MimeBundle, named: (mime: string) => string): string[] =>
  Object.entries(data)
    .filter(([mime]) => !isForModelOnly(mime))
    .map(([mime, value]) => {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      return `${named(mime)} (${counted(text.length, 'character')})`;
    });
