/**
 * A PDF: what it is, a button that saves it, and its pages. The first came with it, drawn where the PDF was made; pdf.js
 * would be larger than the whole panel.
 */
import { type JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { pdfAnswerSchema } from '../../src/shared/pdf.ts';
import { findPages } from '../../src/shared/pdfPages.ts';
import { formatBytes, plural } from '../format.ts';
import { CannotShow } from './cannotShow.tsx';
import { FileCard } from './fileCard.tsx';
import { fromBase64 } from './imageHeader.ts';
import { PdfPages } from './pdfPages.tsx';
import { t } from '../../src/shared/l10n.ts';

/** A stream may claim to be small and unpack to anything. */
const MAX_UNPACKED_CHARS = 16_000_000;

async function inflated(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([body]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const decoder = new TextDecoder('latin1');
  let text = '';
  try {
    while (text.length < MAX_UNPACKED_CHARS) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // Damaged, or followed by something else: what came is what there is.
  }
  await reader.cancel().catch(() => undefined);
  return text;
}

async function countPages(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const { pages, packed, count } = findPages(new TextDecoder('latin1').decode(bytes));
  let all = pages;
  for (const { start, end } of packed) all += count(await inflated(bytes.slice(start, end)));
  return all;
}

interface PdfOutputProps {
  base64: string;
  /** What the sandbox drew beside it, if it did. */
  first: unknown;
  title: string;
}

export function PdfOutput({ base64, first, title }: PdfOutputProps): JSX.Element {
  const bytes = useMemo(() => fromBase64(base64), [base64]);
  const drawn = useMemo(() => pdfAnswerSchema.safeParse(first).data ?? null, [first]);
  const [pages, setPages] = useState(drawn !== null && 'pages' in drawn ? drawn.pages : 0);
  const isPdf = bytes !== null && new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-');
  useEffect(() => {
    if (bytes === null || !isPdf || pages > 0) return undefined;
    let gone = false;
    void countPages(bytes).then((found) => {
      if (!gone) setPages(found);
    });
    return () => {
      gone = true;
    };
  }, [bytes]);
  if (bytes === null || !isPdf) return <CannotShow reason={t('The PDF is damaged, or is not a PDF.')} />;
  // Encrypted and unusual ones do not tell.
  const facts = [
    ...(pages > 0 ? [plural(pages, t('1 page'), (n) => t`${n} pages`)] : []),
    formatBytes(bytes.length),
  ].join(', ');
  return (
    <>
      <FileCard
        icon="file-pdf"
        name={t('PDF document')}
        facts={facts}
        title={title}
        ending="pdf"
        base64={base64}
      />
      <PdfPages source={{ base64 }} name={title} first={drawn} onPages={setPages} />
    </>
  );
}
