/** A cell's outputs as titled texts, in the order in which the code wrote them; pictures and facts apart. */
import { encodeFacts } from '../models/blocks.ts';
import type { ImageBlock, TextBlock } from '../models/model.ts';
import {
  FACTS_MIME,
  FIGURE_MIME,
  FRAME_MIME,
  frameSchema,
  isForModelOnly,
  type MimeBundle,
  type Output,
} from '../shared/outputs.ts';
import { mimeText } from '../shared/multiline.ts';
import { firstPage, withPageAsPicture } from '../shared/pdf.ts';
import { describePlotly, describeVegaLite } from './describeChart.ts';
import { describeFigure, findingLines } from './describeFigure.ts';
import { foldOutputs, type FoldedOutput } from './foldOutputs.ts';
import { entities, frameText } from './frameText.ts';
import { fitImage } from './images.ts';
import { plainText } from './text.ts';

export const FACTS_LIMIT_CHARS = 64 * 1024;
const MAX_IMAGES_IN_RESULT = 8;

export interface Section {
  title: string;
  /** Without terminal control; not bounded. */
  text: string;
}

export interface Sections {
  sections: Section[];
  images: ImageBlock[];
  facts: TextBlock[];
}

type Draft = Sections;

export function sectionsOf(outputs: readonly Output[]): Sections {
  const draft: Draft = { sections: [], images: [], facts: [] };
  for (const output of foldOutputs(outputs)) addOutput(draft, output);
  return draft;
}

function addOutput(draft: Draft, output: FoldedOutput): void {
  switch (output.output_type) {
    case 'stream':
      addSection(draft, output.name, output.text);
      return;
    case 'error':
      addSection(draft, 'error', errorText(output));
      return;
    case 'execute_result':
      addBundle(draft, 'result', output.data);
      return;
    case 'display_data':
      addBundle(draft, 'display', output.data);
  }
}

function addSection(draft: Draft, title: string, raw: string): void {
  const text = plainText(raw).trimEnd();
  if (text !== '') draft.sections.push({ title, text });
}

function errorText(output: Extract<FoldedOutput, { output_type: 'error' }>): string {
  const traceback = plainText(output.traceback.join('\n')).trim();
  const summary = `${output.ename}: ${output.evalue}`;
  return traceback.includes(output.evalue.split('\n')[0] ?? '') && traceback !== ''
    ? traceback
    : [traceback, summary].filter(Boolean).join('\n');
}

const readable = (value: unknown): string => mimeText(value) ?? JSON.stringify(value) ?? '';

const isVega = (mime: string): boolean => /^application\/vnd\.vega(lite)?\.v\d+(\.\d+)*\+json$/.test(mime);

function addBundle(draft: Draft, title: string, data: MimeBundle): void {
  if (FACTS_MIME in data) addFacts(draft, data[FACTS_MIME]);
  const mimes = Object.keys(data).filter((mime) => !isForModelOnly(mime));
  const frame = frameSchema.safeParse(data[FRAME_MIME]);
  if (frame.success) {
    addSection(
      draft,
      title,
      frameText(frame.data, mimeText(data['text/html']), mimeText(data['text/plain'])),
    );
    return;
  }
  if (addImage(draft, withPageAsPicture(data))) return;
  const vega = mimes.find(isVega);
  if ('application/vnd.plotly.v1+json' in data) {
    addSection(draft, title, describePlotly(data['application/vnd.plotly.v1+json']));
  } else if (vega !== undefined) {
    addSection(draft, title, describeVegaLite(data[vega]));
  } else {
    addSection(draft, title, bundleText(data, mimes));
  }
}

function addFacts(draft: Draft, value: unknown): void {
  const text = encodeFacts(value);
  if (text.length <= FACTS_LIMIT_CHARS) draft.facts.push({ type: 'text', text });
  else
    addSection(
      draft,
      'facts',
      `Not delivered: ${text.length} characters, the limit is ${FACTS_LIMIT_CHARS}.`,
    );
}

/** True when the bundle is dealt with: as an image block, or as a sentence that says why not. */
function addImage(draft: Draft, data: MimeBundle): boolean {
  const mime = (['image/png', 'image/jpeg'] as const).find((kind) => typeof data[kind] === 'string');
  if (mime === undefined) return false;
  const figure = data[FIGURE_MIME];
  const page = firstPage(data);
  const ofPdf =
    page === null || 'problem' in page
      ? []
      : [`page ${page.page} of ${page.pages} of the PDF that was shown`];
  const unseen = (why: string): true => {
    addSection(draft, 'image', [why, ...ofPdf, describeFigure(figure), ...findingLines(figure)].join('\n'));
    return true;
  };
  if (draft.images.length >= MAX_IMAGES_IN_RESULT) {
    return unseen(`[one more image: shown to the user, not sent to you]`);
  }
  const fitted = fitImage(mime, readable(data[mime]));
  if (fitted.kind === 'text') return unseen(fitted.text);
  draft.images.push(fitted.block);
  const note = `${fitted.note}, attached below, shown to the user`;
  addSection(draft, `image ${draft.images.length}`, [note, ...ofPdf, ...findingLines(figure)].join('\n'));
  return true;
}

/** `<… at 0x7f…>` and the like say nothing. */
const isBareRepr = (text: string): boolean => /^<[^\n]* at 0x[0-9a-f]+>$/.test(text.trim());

function bundleText(data: MimeBundle, mimes: readonly string[]): string {
  const plain = mimeText(data['text/plain']);
  const html = mimeText(data['text/html']);
  if (plain !== null && !(html !== null && isBareRepr(plain))) return plain;
  if (html !== null) return htmlText(html);
  for (const mime of ['text/markdown', 'text/latex', 'application/json'] as const) {
    if (mime in data) return readable(data[mime]);
  }
  if ('image/svg+xml' in data) return '[SVG drawing: shown to the user, not visible to you]';
  return mimes.length === 0
    ? ''
    : `[${mimes.map(plainText).join(', ')}: shown to the user, not visible to you]`;
}

/** Cells of a table apart, tags gone. For reading only; nothing renders it. */
function htmlText(html: string): string {
  const text = html
    .slice(0, 200_000)
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<\/t[dh]>\s*/gi, '\t')
    .replace(/<\/tr>\s*|<br\s*\/?>|<\/p>|<\/div>/gi, '\n')
    .replace(/<[^>]*>/g, '');
  return entities(text)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
}
