/**
 * What can be done with a chart in VS Code's own notebooks: saved and copied as it looks now. VS Code itself answers a
 * click on a link that is to be downloaded with its save dialog; there is no host of ours behind a renderer.
 */
import { mimeOf, snapshotUrl, type Snapshot } from './charts/draw.ts';
import { slug } from './format.ts';
import { fromBase64 } from './render/imageHeader.ts';
import { t } from '../src/shared/l10n.ts';

export const BUTTONS_STYLE = `
.code-interpreter-buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; margin-top: 4px; }
.code-interpreter-buttons button { padding: 2px 8px; font: inherit; font-size: 12px; cursor: pointer;
  color: var(--vscode-button-secondaryForeground, var(--vscode-foreground));
  background: var(--vscode-button-secondaryBackground, transparent);
  border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); border-radius: 3px; }
.code-interpreter-buttons button:hover { background: var(--vscode-button-secondaryHoverBackground, transparent);
  outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); }
.code-interpreter-buttons button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.code-interpreter-buttons [role='status'] { color: var(--vscode-descriptionForeground, inherit); font-size: 12px; }
`;

type Take = (format: 'png' | 'svg') => Promise<Snapshot>;

/** @param title of the chart: the file's name is made of it. @param take a picture of the chart as it looks now */
export function chartButtons(title: string, take: Take): HTMLElement {
  const row = document.createElement('div');
  row.className = 'code-interpreter-buttons';
  row.setAttribute('role', 'group');
  row.setAttribute('aria-label', t('Chart'));
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  const button = (label: string, run: () => Promise<string>): HTMLButtonElement => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.addEventListener('click', () => {
      run().then(
        (sentence) => (said.textContent = sentence),
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          said.textContent = t`A picture of this chart could not be made: ${reason}`;
        },
      );
    });
    return made;
  };
  row.append(
    button(t('Save as PNG'), async () => download(title, await take('png'))),
    button(t('Save as SVG'), async () => download(title, await take('svg'))),
    button(t('Copy'), async () => copy(await take('png'))),
    said,
  );
  return row;
}

function download(title: string, picture: Snapshot): string {
  const link = document.createElement('a');
  link.href = snapshotUrl(picture);
  link.download = `${slug(title)}.${picture.extension}`;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  return '';
}

async function copy(picture: Snapshot): Promise<string> {
  const blob = new Blob([fromBase64(picture.base64) ?? new Uint8Array()], { type: mimeOf(picture) });
  try {
    await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
  } catch {
    return t(
      'The picture could not be copied: this window does not let the notebook write to the clipboard. Save it instead.',
    );
  }
  return t('Picture copied');
}
