/** Completion and hover in notebooks, from the live kernel of the cell: what it does not know is left to others. */
import { stripVTControlCharacters } from 'node:util';
import * as vscode from 'vscode';
import { askKernel, queries } from '../../kernel/queries.ts';
import { tokenSignal } from '../tokenSignal.ts';
import { NOTEBOOK_TYPE, type SandboxNotebooks } from './controller.ts';

const SELECTOR: vscode.DocumentSelector = { notebookType: NOTEBOOK_TYPE, language: 'python' };
const MAX_HELP_CHARACTERS = 6_000;

export function registerKernelHelp(notebooks: SandboxNotebooks): vscode.Disposable {
  const kernelOf = (document: vscode.TextDocument) => {
    const notebook = vscode.workspace.notebookDocuments.find((open) =>
      open.getCells().some((cell) => cell.document === document),
    );
    return notebook === undefined ? null : notebooks.kernelOf(notebook);
  };
  return vscode.Disposable.from(
    vscode.languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: async (document, position, token) => {
          const kernel = kernelOf(document);
          if (kernel === null) return [];
          const code = document.getText();
          const cursor = charactersBefore(code, document.offsetAt(position));
          const asked = await askKernel(kernel, queries.complete, { code, cursor }, tokenSignal(token));
          if (!asked.ok) return [];
          const { matches, start, end } = asked.answer;
          const range = new vscode.Range(
            document.positionAt(unitsBefore(code, start)),
            document.positionAt(unitsBefore(code, end)),
          );
          return matches.map((match, index) => itemOf(match, index, range));
        },
      },
      '.',
      '%',
      '[',
      "'",
      '"',
      '/',
    ),
    vscode.languages.registerHoverProvider(SELECTOR, {
      provideHover: async (document, position, token) => {
        const kernel = kernelOf(document);
        if (kernel === null) return null;
        const code = document.getText();
        const cursor = charactersBefore(code, document.offsetAt(position));
        const asked = await askKernel(kernel, queries.inspect, { code, cursor }, tokenSignal(token));
        const text = asked.ok ? asked.answer.text : null;
        if (text === null) return null;
        const plain = stripVTControlCharacters(text).slice(0, MAX_HELP_CHARACTERS);
        // As code: what a docstring says is drawn as text, with its links inert.
        return new vscode.Hover(new vscode.MarkdownString().appendCodeblock(plain, 'plaintext'));
      },
    }),
  );
}

/** In the kernel's order. */
function itemOf(match: string, index: number, range: vscode.Range): vscode.CompletionItem {
  const item = new vscode.CompletionItem(match, vscode.CompletionItemKind.Variable);
  item.range = range;
  item.sortText = String(index).padStart(6, '0');
  item.filterText = match;
  return item;
}

/** The kernel counts characters, VS Code UTF-16 units. */
const charactersBefore = (code: string, units: number): number => [...code.slice(0, units)].length;
const unitsBefore = (code: string, characters: number): number =>
  [...code].slice(0, characters).join('').length;
