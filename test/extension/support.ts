/** What the suites share: the extension, its view of the session, and answers for dialogs. */
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension.ts';

export const EXTENSION_ID = 'code-interpreter.code-interpreter';

export function extension(): vscode.Extension<TestApi | undefined> {
  const found = vscode.extensions.getExtension<TestApi | undefined>(EXTENSION_ID);
  if (found === undefined) throw new Error(`${EXTENSION_ID} is not there.`);
  return found;
}

export async function testApi(): Promise<TestApi> {
  const api = await extension().activate();
  if (api === undefined) throw new Error('The extension does not know that it is being tested.');
  return api;
}

export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 20_000) {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A file in the open folder. */
export async function workspaceFile(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('The tests need an open folder.');
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await mkdir(path.dirname(uri.fsPath), { recursive: true });
  await writeFile(uri.fsPath, content);
  return uri;
}

type Window = typeof vscode.window;

/** Puts an answer in the place of a dialog while `run` lasts. Modal dialogs are refused in tests by VS Code. */
export async function answering<
  N extends
    'showInputBox' | 'showQuickPick' | 'showErrorMessage' | 'showInformationMessage' | 'showWarningMessage',
  T,
>(name: N, answer: (...args: unknown[]) => unknown, run: () => Promise<T>): Promise<T> {
  const original = vscode.window[name];
  const fake = async (...args: unknown[]): Promise<unknown> => Promise.resolve(answer(...args));
  Object.assign(vscode.window, { [name]: fake } as unknown as Partial<Window>);
  try {
    return await run();
  } finally {
    Object.assign(vscode.window, { [name]: original });
  }
}

/** The user's setting for this machine. */
export async function setSetting(key: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('codeInterpreter');
  await configuration.update(key, value, vscode.ConfigurationTarget.Global);
}
