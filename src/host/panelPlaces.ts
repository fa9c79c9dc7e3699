/** The two places that can show the session, one at a time: the side bar's view, or an editor tab. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostEvent, Pane } from '../shared/protocol.ts';
import type { Handlers } from '../shared/rpc.ts';
import { sleep } from './engineWait.ts';
import { placeOf } from './keptCopies.ts';
import { elsewhereHtml, panelHtml, SHOW_HERE } from './panelHtml.ts';
import { setPanelFocus } from './panelFocus.ts';
import { PanelLink } from './panelLink.ts';

export const VIEW_ID = 'codeInterpreter.panel';
const TAB_TYPE = 'codeInterpreter.tab';
/**
 * The tab is a custom editor, so that VS Code itself brings it back after a reload and wakes us for it. It needs
 * an address; its last part is the title. There is nothing to read there: the session is in its own log.
 */
const TAB_URI = vscode.Uri.from({ scheme: 'code-interpreter', path: '/Code Interpreter' });

/** A first page on a busy machine. */
const DRAW_PATIENCE_MS = 20_000;

export interface PlacesOptions {
  extensionUri: vscode.Uri;
  handlers: Handlers;
  log: (line: string) => void;
  /** Whether the session can be seen somewhere. */
  onVisible(visible: boolean): void;
}

export class PanelPlaces
  implements vscode.WebviewViewProvider, vscode.CustomReadonlyEditorProvider, vscode.Disposable
{
  private view: vscode.WebviewView | null = null;
  private tab: vscode.WebviewPanel | null = null;
  private link: PanelLink | null = null;
  /** Listens to the one button of the page that points to the tab. */
  private pointer: vscode.Disposable | null = null;

  constructor(private readonly options: PlacesOptions) {}

  register(): vscode.Disposable {
    // The page holds what is near the window only: its own search finds the rest, too.
    const webviewOptions = { enableFindWidget: false };
    return vscode.Disposable.from(
      vscode.window.registerWebviewViewProvider(VIEW_ID, this),
      vscode.window.registerCustomEditorProvider(TAB_TYPE, this, { webviewOptions }),
    );
  }

  get isVisible(): boolean {
    return this.tab === null ? (this.view?.visible ?? false) : this.tab.visible;
  }

  /** A page has drawn the session and follows it. */
  get isLive(): boolean {
    return this.link?.isLive ?? false;
  }

  /** To the place that shows the session. */
  send(event: HostEvent): void {
    this.link?.send(event);
  }

  /** Shows the session where it is; in the side bar if it is nowhere. `inView`: brings it to the side bar. */
  async focus(where: 'anywhere' | 'inView' = 'anywhere'): Promise<void> {
    if (this.tab !== null && where === 'anywhere') {
      this.tab.reveal();
      return;
    }
    this.tab?.dispose();
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
  }

  /** Puts chips into the composer and focuses it. */
  async compose(files: { id: string; label: string }[]): Promise<void> {
    await this.tell({ type: 'focusComposer', text: '', files });
  }

  async showPane(pane: Pane): Promise<void> {
    await this.tell({ type: 'showPane', pane });
  }

  /** To a page in the foreground; waits for one that is still being drawn. */
  private async tell(event: HostEvent): Promise<void> {
    await this.focus();
    const until = performance.now() + DRAW_PATIENCE_MS;
    while (!this.isLive && performance.now() < until) await sleep(50);
    this.send(event);
  }

  /** A file of this machine as the window has it: on a remote machine, or behind a browser, with the remote's name. */
  windowUri(file: string): vscode.Uri {
    const uri = vscode.Uri.file(file);
    const webview = (this.tab ?? this.view)?.webview;
    const place = webview === undefined ? null : placeOf(webview.asWebviewUri(uri).authority);
    return place === null ? uri : uri.with(place);
  }

  async openTab(): Promise<void> {
    if (this.tab !== null) {
      this.tab.reveal();
      return;
    }
    const wasInView = this.view?.visible ?? false;
    await vscode.commands.executeCommand('vscode.openWith', TAB_URI, TAB_TYPE, { preview: false });
    // Make room: the side bar would show nothing but a pointer to the tab.
    if (wasInView) await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.onDidChangeVisibility(() => this.visibilityChanged());
    view.onDidDispose(() => {
      if (this.view === view) this.view = null;
      if (this.tab === null) this.unlink();
      this.visibilityChanged();
    });
    this.showInView(view);
    this.visibilityChanged();
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  /** Opened by `openTab`, or brought back by VS Code after a reload. */
  resolveCustomEditor(_document: vscode.CustomDocument, tab: vscode.WebviewPanel): void {
    this.tab?.dispose();
    this.adopt(tab);
  }

  dispose(): void {
    this.unlink();
    this.pointer?.dispose();
    this.tab?.dispose();
  }

  private adopt(tab: vscode.WebviewPanel): void {
    this.tab = tab;
    tab.iconPath = vscode.Uri.joinPath(this.options.extensionUri, 'media', 'icon.png');
    tab.onDidChangeViewState(() => this.visibilityChanged());
    tab.onDidDispose(() => {
      if (this.tab !== tab) return;
      this.tab = null;
      this.unlink();
      if (this.view !== null) this.showInView(this.view);
      this.visibilityChanged();
    });
    this.showSession(tab.webview);
    if (this.view !== null) this.showInView(this.view);
    this.visibilityChanged();
  }

  private showInView(view: vscode.WebviewView): void {
    this.pointer?.dispose();
    this.pointer = null;
    if (this.tab === null) {
      this.showSession(view.webview);
      return;
    }
    view.webview.options = { enableScripts: true, localResourceRoots: [] };
    view.webview.html = elsewhereHtml({ cspSource: view.webview.cspSource, nonce: newNonce() });
    // What the page before it still says (where its reader was) is no click.
    this.pointer = view.webview.onDidReceiveMessage((message: unknown) => {
      if (message === SHOW_HERE) void this.focus('inView');
    });
  }

  private showSession(webview: vscode.Webview): void {
    this.unlink();
    const root = vscode.Uri.joinPath(this.options.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    this.link = new PanelLink(webview, this.options.handlers, this.options.log);
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      nonce: newNonce(),
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(root, 'main.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(root, 'styles.css')).toString(),
    });
  }

  private unlink(): void {
    this.link?.dispose();
    this.link = null;
    // A page that is gone says nothing any more.
    void setPanelFocus(false);
  }

  private visibilityChanged(): void {
    // A hidden page is thrown away; shown again, it is loaded anew and asks for everything.
    if (!this.isVisible) {
      this.link?.reloading();
      void setPanelFocus(false);
    }
    this.options.onVisible(this.isVisible);
  }
}

const newNonce = (): string => randomBytes(18).toString('hex');
