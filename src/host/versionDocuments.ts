/** Kept versions of texts as read-only documents, for VS Code's diff editor. */
import * as vscode from 'vscode';
import { notCompared } from '../failures.ts';
import { readText } from '../session/textChange.ts';
import type { Session } from '../session/session.ts';
import { t } from '../shared/l10n.ts';
import type { Version } from '../shared/versions.ts';

export const VERSION_SCHEME = 'code-interpreter-version';
/** Of one text: the diff editor itself gives up on more. */
const LIMIT_BYTES = 20 * 1024 * 1024;

export class VersionDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  /** @param shown the session that is shown; null: there is none */
  constructor(private readonly shown: () => Session | null) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(VERSION_SCHEME, this);
  }

  /** @throws Failure `not-compared` when one of them is no text */
  async compare(session: Session, name: string, before: Version, after: Version): Promise<void> {
    for (const { sha256 } of [before, after]) await this.checkText(session, name, sha256);
    const base = name.split('/').at(-1) ?? name;
    await vscode.commands.executeCommand(
      'vscode.diff',
      uriOf(session.id, name, before),
      uriOf(session.id, name, after),
      t`${base} (version ${before.number} ↔ version ${after.number})`,
      { preview: true },
    );
  }

  /**
   * What is proposed for a file of the user beside that file.
   * @param file path on this machine; null: there is none yet
   * @throws Failure `not-compared` when the proposed content is no text
   */
  async compareWithFile(
    session: Session,
    { name, sha256, label }: { name: string; sha256: string; label: string },
    file: string | null,
  ): Promise<void> {
    await this.checkText(session, name, sha256);
    const proposed = uriOf(session.id, name, { sha256, number: 0 });
    const title = t`${label} (file ↔ proposed)`;
    if (file === null)
      await vscode.commands.executeCommand('vscode.open', proposed, { preview: true }, title);
    else {
      const uri = vscode.Uri.file(file);
      await vscode.commands.executeCommand('vscode.diff', uri, proposed, title, { preview: true });
    }
  }

  private async checkText(session: Session, name: string, sha256: string): Promise<void> {
    const path = session.artifactPath(sha256);
    if (path === null || (await readText(path, LIMIT_BYTES)) === null)
      throw notCompared(name, { kind: 'refused', reason: t('they are no text, or too large.') });
  }

  /** The content never changes: it is that of a hash. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [sessionId, sha256 = ''] = uri.query.split('.');
    const session = this.shown();
    const path = session?.id === sessionId ? (session?.artifactPath(sha256) ?? null) : null;
    if (path === null) return t('This version belongs to a session that is not open.');
    return (await readText(path, LIMIT_BYTES)) ?? t('This version is no text.');
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** The name gives the language; the number keeps two versions with the same bytes apart. */
const uriOf = (
  sessionId: string,
  name: string,
  { number, sha256 }: Pick<Version, 'number' | 'sha256'>,
): vscode.Uri =>
  vscode.Uri.from({
    scheme: VERSION_SCHEME,
    path: `/${name}`,
    query: `${sessionId}.${sha256}.${number}`,
  });
