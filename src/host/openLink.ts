/** A link in an answer was written by a model that read foreign data: the user sees the real address first. */
import * as vscode from 'vscode';
import { realAddress } from './linkAddress.ts';

export async function openLink(text: string): Promise<void> {
  const url = realAddress(text);
  const shown =
    url.href.length > 600 ? `${url.href.slice(0, 600)}… (${url.href.length} characters)` : url.href;
  const answer = await vscode.window.showInformationMessage(
    `Open this page of ${url.host} in your browser?`,
    { modal: true, detail: shown },
    'Open',
  );
  if (answer === 'Open') await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}
