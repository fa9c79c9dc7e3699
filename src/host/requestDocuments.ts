/** "What the model saw": the recorded requests of a turn or of the session, as a read-only JSON document. */
import * as vscode from 'vscode';
import type { RecordedRequest } from '../session/requestLog.ts';
import type { Sessions } from './sessions.ts';
import { requestsText } from './requestsText.ts';

const SCHEME = 'code-interpreter-requests';

export class RequestDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration: vscode.Disposable;

  constructor(private readonly sessions: Sessions) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** @param turnId null: the whole session, as far as its requests are kept. */
  async show(turnId: string | null): Promise<void> {
    const { session } = await this.sessions.current();
    const what = turnId === null ? 'session' : `answer ${turnId.replace(/\W/g, '')}`;
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: `/What the model saw (${what}).json`,
      query: JSON.stringify({ session: session.id, turnId }),
    });
    // The name makes it JSON. A document that is open already is read anew: there may be more by now.
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { session } = await this.sessions.current();
    const turnId = turnOf(uri);
    const isCurrent = uri.query === JSON.stringify({ session: session.id, turnId });
    const requests: RecordedRequest[] = isCurrent ? await session.requests(turnId) : [];
    return requestsText(requests, isCurrent);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

function turnOf(uri: vscode.Uri): string | null {
  const found = /"turnId":"([\w-]+)"/.exec(uri.query);
  return found?.[1] ?? null;
}
