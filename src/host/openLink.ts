/** A link in an answer was written by a model that read foreign data: the user sees the real address first. */
import * as vscode from 'vscode';
import { badLink } from '../failures.ts';

/** @throws Failure `bad-link` for anything but http and https. */
export function realAddress(text: string): URL {
  if (!URL.canParse(text)) throw badLink();
  // `URL` writes international host names in ASCII and percent-encodes the rest.
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badLink();
  return url;
}

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
