/** The page of the panel: no content of its own, everything comes from the bundle. */
import { contentSecurityPolicy } from '../shared/csp.ts';
import { LANGUAGE_ID, languageTag, shippedLanguage, t, type Language } from '../shared/l10n.ts';

export interface PageParts {
  /** `webview.cspSource` */
  cspSource: string;
  /** Fresh for each page. */
  nonce: string;
  scriptUri: string;
  styleUri: string;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** The words of the display language, for the page's script: data, which no browser runs. English needs none. */
export function languageData(language: Language | null): string {
  if (language === null) return '';
  const json = JSON.stringify(language).replaceAll('<', '\\u003c');
  return `<script type="application/json" id="${LANGUAGE_ID}">${json}</script>\n`;
}

export function panelHtml({ cspSource, nonce, scriptUri, styleUri }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="${escape(languageTag('en'))}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escape(contentSecurityPolicy({ cspSource, nonce }))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escape(styleUri)}">
<title>Code Interpreter</title>
</head>
<body>
<div id="root"></div>
${languageData(shippedLanguage())}<script type="module" nonce="${nonce}" src="${escape(scriptUri)}"></script>
</body>
</html>`;
}

/** The one thing that the page of `elsewhereHtml` says. */
export const SHOW_HERE = 'show the conversation here';

/** What the side bar shows while the conversation is in an editor tab: one sentence and a way back. */
export function elsewhereHtml({ cspSource, nonce }: Pick<PageParts, 'cspSource' | 'nonce'>): string {
  return `<!DOCTYPE html>
<html lang="${escape(languageTag('en'))}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escape(contentSecurityPolicy({ cspSource, nonce }))}">
<title>Code Interpreter</title>
</head>
<body>
<p>${escape(t('The conversation is open in an editor tab.'))}</p>
<p><button id="back" style="color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: 1px solid var(--vscode-button-border, transparent); border-radius: 4px; padding: 4px 12px; font: inherit; cursor: pointer">${escape(t('Show It Here'))}</button></p>
<script nonce="${nonce}">
const host = acquireVsCodeApi();
document.getElementById('back').addEventListener('click', () => host.postMessage(${JSON.stringify(SHOW_HERE)}));
</script>
</body>
</html>`;
}
