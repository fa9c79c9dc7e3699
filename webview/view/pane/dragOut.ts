/** Kept files that are dragged out of the panel. Loaded when the pointer comes near one. */
import { dispatch } from '../../app.ts';
import { caller } from '../../rpcClient.ts';
import { t } from '../../../src/shared/l10n.ts';
import { type KeptFile } from '../draggable.ts';

type Answer = { data: Record<string, string> } | { problem: string };

const files = new WeakMap<HTMLElement, KeptFile>();
const answers = new Map<string, Answer>();
const keyOf = ({ sha256, name }: KeptFile): string => `${sha256}/${name}`;

/** What is dragged over the page itself is not taken for something to attach. */
const OWN = ['dragenter', 'dragover', 'drop'] as const;
const ignore = (event: Event): void => {
  event.stopImmediatePropagation();
};

export function makeDraggable(element: HTMLElement, file: KeptFile): void {
  const known = files.has(element);
  files.set(element, file);
  element.draggable = true;
  element.title = hintFor(file.name);
  // A button keeps the pointer of one.
  if (!(element instanceof HTMLButtonElement)) element.style.cursor = 'grab';
  if (known) return;
  element.addEventListener('pointerdown', () => void prepare(element));
  element.addEventListener('dragstart', (event) => start(event, element));
  element.addEventListener('dragend', () => {
    for (const type of OWN) window.removeEventListener(type, ignore, true);
  });
}

/** In a browser VS Code's Explorer takes files of the browser's machine only. */
const hintFor = (name: string): string =>
  navigator.userAgent.includes('Electron')
    ? t`${name}. Drag it into an editor to open it, or into the Explorer to copy it.`
    : t`${name}. Drag it into an editor to open it.`;

/** The start of a drag waits for nobody, so the host is asked when the button goes down. */
async function prepare(element: HTMLElement): Promise<void> {
  const file = files.get(element);
  if (file === undefined) return;
  const known = answers.get(keyOf(file));
  if (known !== undefined && 'data' in known) return;
  answers.delete(keyOf(file));
  const answer = await caller
    .call('dragArtifact', { sha256: file.sha256, name: file.name })
    .catch((error: unknown): Answer => ({ problem: error instanceof Error ? error.message : String(error) }));
  answers.set(keyOf(file), answer);
}

function start(event: DragEvent, element: HTMLElement): void {
  const file = files.get(element);
  const transfer = event.dataTransfer;
  if (file === undefined || transfer === null) return;
  event.stopPropagation();
  const answer = answers.get(keyOf(file)) ?? { problem: t('The file is being copied. Drag it again.') };
  if ('problem' in answer) {
    event.preventDefault();
    dispatch({ type: 'problem', sentence: answer.problem });
    return;
  }
  transfer.clearData();
  for (const [type, data] of Object.entries(answer.data)) transfer.setData(type, data);
  transfer.effectAllowed = 'copy';
  setImage(transfer, file.name);
  for (const type of OWN) window.addEventListener(type, ignore, true);
}

/** The name of the file, as VS Code shows it for its own drags. */
function setImage(transfer: DataTransfer, name: string): void {
  const image = document.createElement('div');
  image.className = 'drag-image';
  image.textContent = name.split('/').at(-1) ?? name;
  Object.assign(image.style, {
    ...{ position: 'fixed', top: '-100px', padding: '2px 8px', borderRadius: '10px' },
    background: 'var(--vscode-list-activeSelectionBackground, var(--vscode-editor-background))',
    color: 'var(--vscode-list-activeSelectionForeground, var(--vscode-foreground))',
    outline: '1px solid var(--vscode-contrastBorder, transparent)',
  });
  document.body.append(image);
  transfer.setDragImage(image, -10, -10);
  setTimeout(() => image.remove());
}
