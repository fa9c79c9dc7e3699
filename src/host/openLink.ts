/** A link in an answer was written by a model that read foreign data: the user sees the real address first. */
import * as vscode from 'vscode';
import { realAddress } from './linkAddress.ts';
import { t } from '../shared/l10n.ts';

export async function openLink(text: string): Promise<void> {
  const url = realAddress(text);
  const shown =
    url.href.length > 600 ? t`${url.href.slice(0, 600)}… (${url.href.length} characters)` : url.href;
  const open = t('Open');
  const answer = await vscode.window.showInformationMessage(
    t`Open this page of ${url.host} in your browser?`,
    { modal: true, detail: shown },
    open,
  );
  if (answer === open) await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}
