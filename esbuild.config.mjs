/** Builds everything that ships: extension host and CLI (CommonJS for Node), panel (ES modules for the browser). */
import { build, context } from 'esbuild';
import { rm } from 'node:fs/promises';

const watch = process.argv.includes('--watch');

/**
 * dockerode loads SSH and BuildKit transports (native code, 0.7 MB) that we do not offer. docker-modem reads
 * `require('ssh2').Client` when it is loaded, so the stub has that name; using it says what is missing.
 */
const stubUnusedTransports = {
  name: 'stub-unused-docker-transports',
  setup(b) {
    b.onResolve({ filter: /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs(\/.*)?)$/ }, (args) => ({
      path: args.path,
      namespace: 'stub',
    }));
    b.onLoad({ filter: /.*/, namespace: 'stub' }, (args) => ({
      contents: `exports.Client = class { constructor() { throw new Error(${JSON.stringify(
        `${args.path} is not part of this build: ssh:// engines and BuildKit sessions are not supported.`,
      )}); } };`,
      loader: 'js',
    }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: !watch,
  sourcemap: watch ? 'inline' : false,
  logLevel: 'info',
  legalComments: 'none',
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outdir: 'dist',
  mainFields: ['module', 'main'],
  external: ['vscode', '*.node', 'cpu-features'],
  plugins: [stubUnusedTransports],
};

const bundles = [
  { ...node, entryPoints: ['src/extension.ts'] },
  { ...node, entryPoints: ['src/cli.ts'], banner: { js: '#!/usr/bin/env node' } },
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    splitting: true,
    // VS Code's notebooks load the renderer, which shares the panel's libraries.
    entryPoints: ['webview/main.tsx', 'webview/notebookRenderer.ts', 'webview/styles.css'],
    outdir: 'dist/webview',
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: '[name]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // Styles of panes come with them, as text.
    loader: { '.ttf': 'file', '.pane.css': 'text' },
  },
  // What an exported report carries in itself: a script for each kind of interactive chart.
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['webview/report/plotly.ts', 'webview/report/vega.ts'],
    outdir: 'dist/report',
  },
];

await rm('dist', { recursive: true, force: true });
if (watch) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
}
