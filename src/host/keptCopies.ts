/** Copies of kept files under their own names, which VS Code opens and which are dragged out of the panel. No VS Code in here. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type * as vscode from 'vscode';
import { artifactNotStored } from '../failures.ts';
import { isOpenedAsText, offeredName } from './saveNames.ts';

export interface Stored {
  name: string;
  sha256: string;
}

/** Host path of the bytes, or null when this session has none of that hash. */
export type PathOf = (sha256: string) => string | null;

/** Of a file that goes to other programs with the drag itself: browsers refuse longer addresses. */
export const DRAGGED_DATA_BYTES = 1024 * 1024;

/**
 * Path of a read-only copy below `folder`: the store's files are named by their hash, and never change.
 * @throws Failure `artifact-not-stored`
 */
export async function keptCopy({ name, sha256 }: Stored, pathOf: PathOf, folder: string): Promise<string> {
  const source = pathOf(sha256);
  if (source === null) throw artifactNotStored(name);
  const copy = path.join(folder, path.basename(source).slice(0, 16), offeredName(name));
  await fs.mkdir(path.dirname(copy), { recursive: true });
  await fs.rm(copy, { force: true });
  await fs.copyFile(source, copy);
  await fs.chmod(copy, 0o444);
  return copy;
}

/**
 * What a drag of that copy brings along, by type: editors and the Explorer of VS Code take `CodeEditors` (`ResourceURLs`
 * tells them that there is something), texts take the list of addresses, other programs take `DownloadURL`.
 * @param uri of the copy, as the window has it
 */
export async function dragData(
  copy: string,
  uri: Pick<vscode.Uri, 'scheme' | 'authority' | 'path' | 'toString'>,
): Promise<Record<string, string>> {
  const { scheme, authority, path: place } = uri;
  // The form in which VS Code writes addresses into JSON. Never `CodeFiles`: a workspace file would open as one.
  const resource = { $mid: 1, scheme, authority, path: place };
  const options = isOpenedAsText(copy) ? { override: 'default' } : {};
  return {
    CodeEditors: JSON.stringify([{ resource, options }]),
    ResourceURLs: JSON.stringify([uri.toString()]),
    'application/vnd.code.uri-list': uri.toString(),
    ...(await download(copy)),
  };
}

async function download(copy: string): Promise<{ DownloadURL?: string }> {
  if ((await fs.stat(copy)).size > DRAGGED_DATA_BYTES) return {};
  const type = 'application/octet-stream';
  const bytes = await fs.readFile(copy, 'base64');
  return { DownloadURL: `${type}:${path.basename(copy)}:data:${type};base64,${bytes}` };
}

/**
 * Where files of this machine lie for the window, by the host part of an address of `asWebviewUri`: the only thing that
 * tells an extension which remote it runs on. Null: it is of another form.
 */
export function placeOf(host: string): { scheme: string; authority: string } | null {
  const [, scheme, encoded] = /^([a-z][a-z0-9.-]*)\+([a-z0-9-]*)\.vscode-resource\./i.exec(host) ?? [];
  if (scheme === undefined || encoded === undefined) return null;
  const authority = encoded.replaceAll(/-([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return { scheme, authority };
}
