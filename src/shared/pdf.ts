/** A page of a PDF as the sandbox draws it: beside each PDF that a cell shows, and on request of the panel. */
import * as z from 'zod/mini';
import { PDF_MIME } from './outputs.ts';

/** Larger ones are not drawn. */
export const MAX_DRAWN_PDF_BYTES = 32 * 1024 * 1024;

const MAX_BASE64_CHARS = 4 * 1024 * 1024;

export const pdfPageSchema = z.object({
  /** How many the file has, and which one this is, from 1. */
  pages: z.int().check(z.positive()),
  page: z.int().check(z.positive()),
  mime: z.enum(['image/png', 'image/jpeg']),
  /** Of the picture; its longer side has 1568 pixels. */
  base64: z.string().check(z.maxLength(MAX_BASE64_CHARS), z.regex(/^[A-Za-z0-9+/]+=*$/)),
  /** Of the paper, in CSS pixels. */
  width: z.number().check(z.positive()),
  height: z.number().check(z.positive()),
});
export type PdfPage = z.infer<typeof pdfPageSchema>;

/** `large`: the file, or what drawing it would take. `missing`: it has no such page. */
export const pdfProblemSchema = z.object({
  problem: z.enum(['encrypted', 'damaged', 'large', 'slow', 'missing']),
});
export type PdfProblem = z.infer<typeof pdfProblemSchema>['problem'];

export const pdfAnswerSchema = z.union([pdfPageSchema, pdfProblemSchema]);
export type PdfAnswer = z.infer<typeof pdfAnswerSchema>;

type Bundle = Record<string, unknown>;

/** What was drawn beside a PDF; null: nothing. */
export function firstPage(bundle: Bundle): PdfAnswer | null {
  if (!('application/pdf' in bundle)) return null;
  return pdfAnswerSchema.safeParse(bundle[PDF_MIME]).data ?? null;
}

/** What its picture shows, in English; the title itself where there is none. */
export function ofPdf(bundle: Bundle, title: string): string {
  const page = firstPage(bundle);
  return page === null || 'problem' in page ? title : `Page ${page.page} of ${page.pages}: ${title}`;
}

/** For those who can show pictures but no PDF: the page is one more representation, unless there is a picture. */
export function withPageAsPicture<B extends Bundle>(bundle: B): B {
  const page = firstPage(bundle);
  if (page === null || 'problem' in page) return bundle;
  if (Object.keys(bundle).some((mime) => mime.startsWith('image/'))) return bundle;
  return { ...bundle, [page.mime]: page.base64 };
}
