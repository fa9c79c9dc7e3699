/** A window of VS Code in a real browser, with the steps a user takes in it. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import type { VsCodeServer } from './vscodeServer.ts';

export interface WindowSize {
  width?: number;
  height?: number;
}

export interface WindowOptions extends WindowSize {
  /** Absolute path of the folder to open; null: an empty window. */
  workspace: string | null;
}

/** VS Code shows itself before the extension host is there, so first steps are tried until they work. */
const READY_MS = 60_000;

export class VsCodeWindow {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    /** Messages of the page that speak of a broken content security policy. */
    readonly violations: string[],
    /** Addresses outside this machine that the page asked for. */
    readonly foreignRequests: string[],
  ) {}

  static async open(
    browser: Browser,
    server: VsCodeServer,
    { workspace, ...size }: WindowOptions,
  ): Promise<VsCodeWindow> {
    return VsCodeWindow.at(browser, server.url(workspace), size);
  }

  /** A window at an address of a running server. */
  static async at(browser: Browser, url: string, size: WindowSize = {}): Promise<VsCodeWindow> {
    const { width = 1280, height = 860 } = size;
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1 });
    const page = await context.newPage();
    const violations: string[] = [];
    const foreignRequests: string[] = [];
    page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy/i.test(text)) violations.push(text);
    });
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      // The virtual origin of webview resources is answered inside the browser.
      const local = hostname === '127.0.0.1' || hostname.includes('.vscode-resource.');
      if (/^(https?|wss?):/.test(protocol) && !local) foreignRequests.push(request.url());
    });
    await page.goto(url);
    const window = new VsCodeWindow(page, context, violations, foreignRequests);
    await page.locator('.monaco-workbench').waitFor({ timeout: READY_MS });
    return window;
  }

  /** Closes the window: the extension is deactivated at once. */
  async close(): Promise<void> {
    await this.context.close();
  }

  /** Runs a command by its full title ("Code Interpreter: Focus") from the palette. */
  async command(title: string): Promise<void> {
    const row = this.quickInput.locator('.monaco-list-row', { hasText: title }).first();
    await attempt(READY_MS, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('F1');
      await this.quickInput.locator('input').first().fill(`>${title}`, { timeout: 3000 });
      await row.waitFor({ timeout: 3000 });
      await row.click({ timeout: 2000 });
    });
  }

  /** Changes the colour theme, by the name that the picker shows, and waits until it is taken. */
  async theme(label: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    const input = this.quickInput.locator('input[placeholder*="Theme"]');
    await input.fill(label);
    await this.quickInput.locator('.monaco-list-row.focused', { hasText: label }).waitFor();
    await input.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** The widget at the top: palette, picks, input boxes, the save dialog. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Types into the input box that is open and accepts. */
  async answer(text: string): Promise<void> {
    const input = this.quickInput.locator('input').first();
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /**
   * Answers the save dialog with a path. The dialog writes its own suggestion into the box when it has read the
   * folder, also over or into what was typed before that.
   */
  async answerPath(path: string): Promise<void> {
    const input = this.quickInput.locator('input').first();
    await input.waitFor();
    await attempt(READY_MS, async () => {
      assert.equal(basename(await input.inputValue()), basename(path), 'the suggestion is there');
      await this.page.waitForTimeout(300);
      await input.fill(path);
      await this.page.waitForTimeout(300);
      assert.equal(await input.inputValue(), path, 'the box holds what was typed');
    });
    await this.page.keyboard.press('Enter');
  }

  /** Picks the row of a pick list whose text contains `text`. */
  async pick(text: string | RegExp): Promise<void> {
    await this.quickInput.locator('.monaco-list-row', { hasText: text }).first().click();
  }

  fileInExplorer(name: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
  }

  async openFile(name: string): Promise<void> {
    await this.fileInExplorer(name).dblclick({ timeout: READY_MS });
    await this.page
      .getByRole('tab', { name: new RegExp(`^${name}`) })
      .first()
      .waitFor();
  }

  /** Opens the context menu of a file. */
  async contextMenu(name: string): Promise<Locator> {
    await this.fileInExplorer(name).click({ button: 'right', timeout: 5000 });
    const menu = this.page.locator('.monaco-menu-container').last();
    await menu.waitFor();
    return menu;
  }

  /** Right-clicks a file and chooses an entry; waits until the extension has brought its entries. */
  async chooseInContextMenu(name: string, entry: string): Promise<void> {
    await attempt(READY_MS, async () => {
      await this.page.keyboard.press('Escape');
      const menu = await this.contextMenu(name);
      // A menu that has only just appeared takes no click: what counts is that it goes away.
      await menu.getByRole('menuitem', { name: entry }).click({ timeout: 2000, delay: 50 });
      await menu.waitFor({ state: 'hidden', timeout: 1500 });
    });
  }

  /** The panel's document while there is only one webview. */
  panel(): FrameLocator {
    return this.webview(0);
  }

  /** The document that shows the conversation, in the side bar or in an editor tab, when it is drawn. */
  async conversation(): Promise<FrameLocator> {
    let found: FrameLocator | undefined;
    await attempt(READY_MS, async () => {
      const count = await this.page.locator('iframe.webview.ready').count();
      for (let index = 0; index < count && found === undefined; index++) {
        const view = this.webview(index);
        if (await view.locator('.article-turn').last().isVisible()) found = view;
      }
      if (found === undefined) throw new Error(`None of ${count} webviews shows a conversation.`);
    });
    if (found === undefined) throw new Error('No webview shows a conversation.');
    return found;
  }

  private webview(index: number): FrameLocator {
    const outer = this.page.locator('iframe.webview.ready').nth(index);
    return outer.contentFrame().frameLocator('iframe#active-frame');
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  /**
   * Waits until the user is told: as a toast, or, when VS Code has hidden that already, in the list behind the bell.
   * @param action a button that is offered with it
   */
  async told(text: string | RegExp, action?: string): Promise<void> {
    const toast = this.toast(text);
    const list = this.page.locator('.notifications-center');
    const entry = list.locator('.notification-list-item', { hasText: text }).first();
    const offered = async (place: Locator): Promise<void> => {
      if (action !== undefined) await place.getByRole('button', { name: action }).waitFor({ timeout: 1000 });
    };
    await attempt(30_000, async () => {
      if (await toast.isVisible()) return offered(toast);
      if (!(await list.isVisible())) await this.page.locator('#status\\.notifications').click();
      await entry.waitFor({ timeout: 1000 });
      await offered(entry);
      await this.page.keyboard.press('Escape');
    });
  }

  /** Stores a key through the command, as a user does. */
  async setApiKey(key: string): Promise<void> {
    await this.command('Code Interpreter: Set API Key…');
    await this.answer(key);
    await this.told(/The key is stored/);
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Makes the secondary side bar about `width` pixels wide by dragging its sash. */
  async resizePanel(width: number): Promise<void> {
    const bar = this.page.locator('.part.auxiliarybar');
    const box = await bar.boundingBox();
    if (box === null) throw new Error('The secondary side bar is not shown.');
    // The handle lies in the gap before the bar.
    const [x, y] = [box.x - 3, box.y + box.height / 3];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + (box.width - width) / 2, y, { steps: 4 });
    await this.page.mouse.move(x + box.width - width, y, { steps: 4 });
    await this.page.mouse.up();
    // Away from the handle, which lights up under the pointer.
    await this.page.mouse.move(5, 5);
    const now = (await bar.boundingBox())?.width ?? 0;
    if (Math.abs(now - width) > 20) throw new Error(`The side bar is ${now} px wide instead of ${width}.`);
  }

  async screenshot(name: string, folder = 'test-results/vscode'): Promise<string> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/** Repeats steps that may come too early until they work once. */
export async function attempt(limitMs: number, steps: () => Promise<void>): Promise<void> {
  const end = performance.now() + limitMs;
  for (;;) {
    try {
      await steps();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 300));
    }
  }
}
