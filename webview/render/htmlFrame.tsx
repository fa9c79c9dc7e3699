/** HTML that is more than a table, in a frame without scripts, forms, links or network. */
import { type JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { chartTheme, themeVersion, type ChartTheme } from './chartTheme.ts';
import { sanitizedDocument } from './sanitize.ts';
import { t } from '../../src/shared/l10n.ts';

const POLICY = `default-src 'none'; style-src 'unsafe-inline'; img-src data:`;

const page = (body: string, { text, background, font, grid }: ChartTheme): string => `<!doctype html>
<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<style>
:root { color-scheme: ${isDark(background) ? 'dark' : 'light'}; }
body { margin: 8px; color: ${text}; background: ${background}; font: 13px/1.45 ${font.replaceAll('<', '')}; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 8px; border-bottom: 1px solid ${grid}; text-align: right; }
img, svg { max-width: 100%; }
</style></head><body>${body}</body></html>`;

function isDark(colour: string): boolean {
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})/i.exec(colour);
  if (hex === null) return document.body.classList.contains('vscode-dark');
  return hex.slice(1).reduce((sum, part) => sum + parseInt(part, 16), 0) < 384;
}

/** A frame that may not be looked into cannot be measured: rows and paragraphs give a fair guess. */
export function guessHeightPx(html: string): number {
  const rows = html.match(/<(?:tr|p|li|br|h[1-6]|pre|hr|dt|dd)\b/gi)?.length ?? 0;
  const pictures = html.match(/<(?:img|svg)\b/gi)?.length ?? 0;
  const words = html.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/<[^>]*>/g, '').length / 60;
  return Math.round(
    Math.min(480, Math.max(56, rows * 27 + pictures * 240 + (rows === 0 ? words * 19 : 0) + 24)),
  );
}

export function HtmlFrame({ html, title }: { html: string; title: string }): JSX.Element {
  const [tall, setTall] = useState(false);
  const theme = themeVersion.value;
  const clean = useMemo(() => sanitizedDocument(html), [html]);
  const source = useMemo(() => page(clean, chartTheme()), [clean, theme]);
  const height = guessHeightPx(clean);
  return (
    <div class="html-frame">
      <iframe
        sandbox=""
        srcdoc={source}
        title={title}
        referrerpolicy="no-referrer"
        style={{ height: tall ? '80vh' : `${String(height)}px` }}
      />
      {height > 300 && (
        <button type="button" class="link" aria-expanded={tall} onClick={() => setTall(!tall)}>
          {tall ? t('Show less') : t('Show taller')}
        </button>
      )}
    </div>
  );
}
