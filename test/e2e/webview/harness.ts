/**
 * The built panel in a real browser under the real content security policy, with a host made of data: it answers
 * requests from a table and pushes events. Everything the page asks of the network or violates is written down.
 */
import { createServer, type Server } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, type Page } from 'playwright-core';
import { languageData } from '../../../src/host/panelHtml.ts';
import { contentSecurityPolicy } from '../../../src/shared/csp.ts';
import { type Language } from '../../../src/shared/l10n.ts';
import { type HostEvent, type PanelState, type SessionView } from '../../../src/shared/protocol.ts';
import { type SessionEvent } from '../../../src/shared/events.ts';
import { launchBrowser } from '../../support/launchBrowser.ts';
import { madeOnce } from '../../support/madeOnce.ts';
import { stillPicture } from '../../support/stillPicture.ts';
import { styleOf, themeNamed, type Theme } from '../../support/themes.ts';

const ROOT = join(import.meta.dirname, '../../..');
const NONCE = 'n0nceForTests';
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

export interface Posted {
  name: string;
  params: Record<string, unknown>;
}

export interface OpenOptions {
  state: PanelState;
  events?: readonly SessionEvent[];
  /** Where the reader was, as the host kept it. */
  view?: SessionView;
  theme?: Theme;
  width?: number;
  height?: number;
  /** Answers other than the usual ones; a string is the sentence of a refusal. */
  answers?: Record<string, unknown>;
  /** Source of an object: request → function of its params that gives the answer, or a promise of it. */
  host?: string;
  /** What the page kept before it was loaded (again). */
  saved?: unknown;
  /** The page's clock stands at this time (epoch, milliseconds). */
  clockAt?: number;
  /** Pixels of the screen for each of CSS; 1 unless told. */
  deviceScaleFactor?: number;
  /** What the host writes into the page when VS Code is not English. */
  language?: Language;
  /** Writes the length of every long task (milliseconds) into `__tasks`. */
  watchTasks?: boolean;
}

export interface OpenPanel {
  page: Page;
  push: (event: HostEvent) => Promise<void>;
  posted: (name?: string) => Promise<Posted[]>;
  /** Violations of the policy, as the browser reported them. */
  violations: () => Promise<string[]>;
  /** Requests beyond the panel's own files. */
  strangers: string[];
  /** Uncaught errors of the page. */
  errors: string[];
  /** Another theme is chosen, as VS Code tells its webviews. */
  setTheme: (theme: Theme) => Promise<void>;
  /** What is on the screen, with animations and the caret at rest. */
  picture: () => Promise<Buffer>;
  close: () => Promise<void>;
}

const ANSWERS = {
  send: { accepted: true },
  stop: {},
  newSession: {},
  saveArtifact: { saved: true },
  saveArtifacts: { saved: 2 },
  openArtifact: {},
  saveImage: { saved: true },
  openImage: {},
  saveTable: { saved: true },
  addImage: { id: 'picture-1' },
  copyText: {},
  attachFile: { files: [{ id: 'f9', label: 'data/attached.csv' }] },
  openLink: {},
  runCommand: {},
  keepView: {},
  focusChanged: {},
  forkSession: { forked: true },
};

/** JSON that may stand in a script element. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const hostScript = ({
  state,
  events = [],
  view,
  answers = {},
  saved = null,
  host = '{}',
}: OpenOptions): string => `
  window.__posted = []; window.__violations = []; window.__hits = 0; window.__saved = ${inScript(saved)} ?? undefined;
  document.addEventListener('securitypolicyviolation', (e) =>
    window.__violations.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile + ':' + e.lineNumber));
  const answers = ${inScript({ ...ANSWERS, ...answers, ready: { state, events, view } })};
  const live = ${host};
  window.acquireVsCodeApi = () => ({
    postMessage(message) {
      window.__posted.push(message);
      if (live[message.name] !== undefined) {
        Promise.resolve(live[message.name](message.params)).then(
          (result) => window.postMessage({ kind: 'answer', id: message.id, ok: true, result }, window.origin));
        return;
      }
      const answer = answers[message.name];
      const reply = typeof answer === 'string'
        ? { kind: 'answer', id: message.id, ok: false, sentence: answer }
        : { kind: 'answer', id: message.id, ok: true, result: answer };
      setTimeout(() => window.postMessage(reply, window.origin), 0);
    },
    getState: () => window.__saved,
    setState: (state) => { window.__saved = state; },
  });
  window.__push = (event) => window.postMessage(event, window.origin);
`;

const WATCH_TASKS = `window.__tasks = [];
  new PerformanceObserver((list) => window.__tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });`;

/** The sheet that VS Code puts into every webview, in a layer below the page's own. */
const VSCODE_DEFAULTS = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  img, video { max-width: 100%; max-height: 100%; }
  a, a code { color: var(--vscode-textLink-foreground); }
  input:focus, textarea:focus, a:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { font-family: monospace; color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
}`;

const html = (options: OpenOptions, theme: Theme): string => `<!doctype html>
<html lang="en" style="${styleOf(theme).replaceAll('"', "'")}"><head><meta charset="utf-8">
<title>Code Interpreter</title><link rel="stylesheet" href="styles.css">
<style>${VSCODE_DEFAULTS} body { background: var(--vscode-sideBar-background); }</style></head>
<body class="${theme.bodyClass}" data-vscode-theme-id="${theme.name}"><div id="root"></div>
${languageData(options.language ?? null)}<script nonce="${NONCE}">${hostScript(options)}</script>
<script type="module" nonce="${NONCE}" src="main.js"></script></body></html>`;

export interface BuiltFile {
  path: string;
  bytes: number;
  /** Loaded before the first picture is asked for. */
  eager: boolean;
}

/** All that the bundle is made of, and how. */
const SOURCES = ['webview', 'src', 'package-lock.json', 'test/e2e/webview/harness.ts'];
/** In the folder of the bundle: JSON of what it consists of. */
const FILES = 'files.json';

/** The panel's bundle, with the options of esbuild.config.mjs. */
async function buildPanel(outdir: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    splitting: true,
    entryPoints: ['webview/main.tsx', 'webview/styles.css'],
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: '[name]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file', '.pane.css': 'text' },
    metafile: true,
  });
  const outputs = metafile.outputs;
  const eager = new Set(Object.keys(outputs).filter((path) => path.endsWith('/main.js')));
  for (const path of eager) {
    for (const { kind, path: next } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') eager.add(next);
    }
  }
  const files = Object.entries(outputs).map(([path, { bytes }]) => ({ path, bytes, eager: eager.has(path) }));
  await writeFile(join(outdir, FILES), JSON.stringify(files));
}

export class PanelBrowser {
  private constructor(
    readonly browser: Browser,
    private readonly server: Server,
    private readonly pages: Map<string, string>,
    readonly files: readonly BuiltFile[],
    private readonly origin: string,
  ) {}

  /** @param browserArgs on top of the usual ones */
  static async start(browserArgs: readonly string[] = []): Promise<PanelBrowser> {
    const folder = await madeOnce(
      'panel',
      SOURCES.map((path) => join(ROOT, path)),
      buildPanel,
    );
    const files = JSON.parse(await readFile(join(folder, FILES), 'utf8')) as BuiltFile[];
    const pages = new Map<string, string>();
    let origin = '';
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', origin).pathname;
      const page = pages.get(path);
      if (page !== undefined) {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.setHeader(
          'content-security-policy',
          contentSecurityPolicy({ cspSource: origin, nonce: NONCE }),
        );
        response.end(page);
        return;
      }
      readFile(join(folder, path)).then(
        (bytes) => {
          response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
          response.end(bytes);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    origin = `http://127.0.0.1:${String(address.port)}`;
    const browser = await launchBrowser(browserArgs);
    return new PanelBrowser(browser, server, pages, files, origin);
  }

  async open(options: OpenOptions): Promise<OpenPanel> {
    const theme = options.theme ?? themeNamed('dark');
    const path = `/page-${String(this.pages.size)}`;
    this.pages.set(path, html(options, theme));
    const page = await this.browser.newPage({
      viewport: { width: options.width ?? 480, height: options.height ?? 900 },
      deviceScaleFactor: options.deviceScaleFactor ?? 1,
      timezoneId: 'UTC',
    });
    if (options.clockAt !== undefined) await page.clock.setFixedTime(options.clockAt);
    if (options.watchTasks === true) await page.addInitScript(WATCH_TASKS);
    const strangers: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(this.origin) && !/^(data|blob|about):/.test(url)) strangers.push(url);
    });
    const failed: string[] = [];
    // What the policy stopped never left; the trap of the hostile tests counts what did.
    page.on('requestfailed', (request) => {
      const at = strangers.indexOf(request.url());
      const reason = request.failure()?.errorText ?? '';
      if (at >= 0 && /csp|BLOCKED_BY_CLIENT/i.test(reason)) strangers.splice(at, 1);
      if (request.url().startsWith(this.origin)) failed.push(`${request.url()}: ${reason}`);
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    const arrive = async (): Promise<void> => {
      await page.goto(this.origin + path);
      await page.locator('body[data-ready]').waitFor({ state: 'attached' });
    };
    await arrive().catch(async (error: unknown) => {
      // Where containers come and go, the browser drops what it is loading.
      if (!`${failed.join()}${String(error)}`.includes('ERR_NETWORK_CHANGED'))
        throw new Error([String(error), ...failed, ...errors].join('\n'));
      await arrive();
    });
    return {
      page,
      strangers,
      errors,
      push: async (event) => {
        await page.evaluate(`window.__push(${inScript(event)})`);
        await page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
        );
      },
      posted: async (name) => {
        const all = await page.evaluate<Posted[]>('window.__posted');
        return name === undefined ? all : all.filter((message) => message.name === name);
      },
      violations: async () => page.evaluate<string[]>('window.__violations'),
      setTheme: async (theme) => {
        await page.evaluate(
          `document.documentElement.style.cssText = ${JSON.stringify(styleOf(theme))};
          document.body.className = ${JSON.stringify(theme.bodyClass)}; document.body.dataset.vscodeThemeId = ${JSON.stringify(theme.name)};`,
        );
      },
      picture: async () => stillPicture(page),
      close: async () => page.close(),
    };
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
