/** What the sandbox noticed about the looks of a chart, or in a file, as one line. Pure. */
import * as z from 'zod/mini';
import { FIGURE_MIME, findingSchema, type FileFinding, type MimeBundle } from '../src/shared/outputs.ts';
import { t } from '../src/shared/l10n.ts';

/** The points of the figure are not looked at: there may be many. */
const foundSchema = z.object({ findings: z.nullable(z.array(findingSchema)) });

const MAX_SHOWN = 2;
const MAX_CHARS = 160;

/** Null when there is nothing to say. What to do about it is for those who write the code. */
export function findingsLine(bundle: MimeBundle): string | null {
  const found = foundSchema.safeParse(bundle[FIGURE_MIME]);
  const findings = found.success ? (found.data.findings ?? []) : [];
  if (findings.length === 0) return null;
  const parts = findings.slice(0, MAX_SHOWN).map(({ sentence }) => withoutRemedy(sentence));
  const more = findings.length - parts.length;
  return more > 0
    ? t`Noticed in this chart: ${parts.join('; ')}; and ${more} more.`
    : t`Noticed in this chart: ${parts.join('; ')}.`;
}

/** Null when there is nothing to say. */
export function fileFindingsLine(name: string, findings: readonly FileFinding[] = []): string | null {
  if (findings.length === 0) return null;
  const parts = findings
    .slice(0, MAX_SHOWN)
    .map(({ cell, sentence }) => (cell === '' ? sentence : `${cell}: ${sentence}`).slice(0, MAX_CHARS));
  const more = findings.length - parts.length;
  return more > 0
    ? t`Wrong in ${name}: ${parts.join(' ')} And ${more} more.`
    : t`Wrong in ${name}: ${parts.join(' ')}`;
}

/** `Tick labels overlap: rotate them.` → `tick labels overlap`; texts in quotes may hold colons. */
function withoutRemedy(sentence: string): string {
  const end = sentence.lastIndexOf(': ');
  const said = (end > 0 ? sentence.slice(0, end) : sentence.replace(/\.$/, '')).slice(0, MAX_CHARS);
  return said.charAt(0).toLowerCase() + said.slice(1);
}
