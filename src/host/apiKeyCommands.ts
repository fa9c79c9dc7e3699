/** Entering and removing the API key. */
import * as vscode from 'vscode';
import { unexpected } from '../failures.ts';
import { DEFAULT_BASE_URL, validateKey } from '../models/anthropic.ts';
import type { ApiKeys } from './secrets.ts';
import { parseBaseUrl, type Settings } from './settings.ts';
import { t } from '../shared/l10n.ts';

/** Asks, tries the key with one call, and stores it only when the API accepted it. True: stored. */
export async function setApiKey(keys: ApiKeys, settings: Settings): Promise<boolean> {
  const baseUrl = parseBaseUrl(settings.apiBaseUrl) ?? DEFAULT_BASE_URL;
  const host = new URL(baseUrl).host;
  for (;;) {
    const typed = await vscode.window.showInputBox({
      title: t('Set API Key'),
      prompt: t`Kept in VS Code's secret storage, sent to ${host} only. Your questions, code and results go there, too.`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => (/\s/.test(value.trim()) ? t('A key has no spaces in it.') : null),
    });
    const key = typed?.trim() ?? '';
    if (key === '') return false;
    const problem = await tryKey(key, baseUrl, host);
    if (problem === null) {
      await keys.set(baseUrl, key);
      void vscode.window.showInformationMessage(
        t`The key is stored. ${settings.model} answers from the next question on.`,
      );
      return true;
    }
    const again = await vscode.window.showErrorMessage(problem, t('Try Again'));
    if (again === undefined) return false;
  }
}

/** Null: the API accepted it; else what is wrong, in a sentence or two. */
async function tryKey(key: string, baseUrl: string, host: string): Promise<string | null> {
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t`Trying the key with ${host}…` },
      async () => validateKey(key, baseUrl),
    );
    return null;
  } catch (error) {
    return t`${unexpected(error).message} The key was not stored.`;
  }
}

export async function removeApiKey(keys: ApiKeys, settings: Settings): Promise<void> {
  const baseUrl = parseBaseUrl(settings.apiBaseUrl) ?? DEFAULT_BASE_URL;
  const removed = await keys.removeAll(baseUrl);
  void vscode.window.showInformationMessage(
    removed === 0
      ? t('There was no API key. The built-in analyst answers.')
      : t(
          'The API key is removed. The built-in analyst answers from now on: fixed steps, no language model.',
        ),
  );
}
