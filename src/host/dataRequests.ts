/** What the panel asks about variables and tables of the live kernel, and about pages of PDFs. */
import * as fs from 'node:fs/promises';
import type { Asked, Query } from '../kernel/queries.ts';
import { queries } from '../kernel/queries.ts';
import type { SessionData } from '../session/data.ts';
import type { dataRequests as contract } from '../shared/data.ts';
import type { Language } from '../shared/outputs.ts';
import { MAX_DRAWN_PDF_BYTES, type PdfAnswer } from '../shared/pdf.ts';
import type { Handlers } from '../shared/rpc.ts';
import { t } from '../shared/l10n.ts';

/** Of the session that is shown, if there is one. */
interface ShownData {
  sessions: {
    readonly now: {
      session: { data: SessionData; artifactPath(sha256: string): string | null };
    } | null;
  };
}

const gone = (problem: string): { ok: false; reason: 'gone'; problem: string } => ({
  ok: false,
  reason: 'gone',
  problem,
});

export function dataRequests({ sessions }: ShownData): Pick<Handlers, keyof typeof contract> {
  const ask = async <A>(
    query: Query<A>,
    params: Record<string, unknown>,
    language?: Language,
  ): Promise<Asked<A>> =>
    (await sessions.now?.session.data.ask(query, params, language)) ?? gone(t('There is no session yet.'));
  const drawn = async (pdf: string, page: number): Promise<Asked<PdfAnswer>> => {
    if (pdf.length > (MAX_DRAWN_PDF_BYTES * 4) / 3) return { ok: true, answer: { problem: 'large' } };
    return ask(queries.pdfPage, { pdf, page });
  };
  return {
    variables: async ({ language }) => ask(queries.variables, {}, language),
    variableValue: async ({ language, name }) => ask(queries.variableValue, { name }, language),
    tablePage: async ({ ref, ...page }) => ask(queries.tablePage, { ...ref, ...page }),
    columnSummary: async ({ ref, ...rest }) => ask(queries.columnSummary, { ...ref, ...rest }),
    pdfPage: async ({ pdf, page }) => {
      if ('base64' in pdf) return drawn(pdf.base64, page);
      const file = sessions.now?.session.artifactPath(pdf.sha256) ?? null;
      if (file === null) return gone(t('The file is not there any more.'));
      if ((await fs.stat(file)).size > MAX_DRAWN_PDF_BYTES) return { ok: true, answer: { problem: 'large' } };
      return drawn((await fs.readFile(file)).toString('base64'), page);
    },
    cancelData: async () => {
      sessions.now?.session.data.cancel();
      return Promise.resolve({});
    },
  };
}
