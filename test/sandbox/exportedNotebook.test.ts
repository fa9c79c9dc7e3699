/**
 * What is exported of real analyst sessions runs again: under Jupyter's own client in the image with the workspace where
 * the sandbox has it, and in a folder of another name, as on a user's machine. The outputs are those of the session,
 * but for what `comparable` names.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { before, describe, it } from 'node:test';
import { runCli, sharedFolder } from '../support/cliProcess.ts';
import { imageForTests } from '../support/dockerFixture.ts';
import { runWithNbclient, validateWithNbformat } from '../support/notebookPeer.ts';
import { FACTS_MIME, FRAME_MIME } from '../../src/shared/outputs.ts';

interface Cell {
  cell_type: string;
  source: string | string[];
  outputs?: { output_type: string; text?: string | string[]; data?: Record<string, unknown> }[];
  metadata: { code_interpreter?: { setup?: boolean } };
}

const ROOT = path.join(__dirname, '..', '..');
const FILES = [
  'media/sample/sales.csv',
  'media/sample/support_tickets.jsonl',
  'test/fixtures/data/penguins.sqlite',
  'test/fixtures/data/wine.parquet',
];

const joined = (text: string | string[] | undefined): string =>
  Array.isArray(text) ? text.join('') : (text ?? '');
const codeCells = (text: string): Cell[] =>
  (JSON.parse(text) as { cells: Cell[] }).cells.filter(
    ({ cell_type: kind, metadata }) => kind === 'code' && metadata.code_interpreter?.setup !== true,
  );

/**
 * Left out: addresses of objects, ids that pandas draws by lot, execution counts, what only the model is told, where the files are, and the plain form
 * of a table that has another, which pandas lays out for the width of a terminal.
 */
const comparable = (text: string): unknown[] =>
  codeCells(text).map(({ outputs = [] }) =>
    outputs.flatMap((output) => {
      if (output.data === undefined) return [[output.output_type, plain(joined(output.text))]];
      const shown = Object.entries(output.data).filter(
        ([mime]) => mime !== FACTS_MIME && mime !== FRAME_MIME,
      );
      if (shown.length === 0) return [];
      const kept = shown.length > 1 ? shown.filter(([mime]) => mime !== 'text/plain') : shown;
      return [
        [output.output_type, Object.fromEntries(kept.map(([mime, value]) => [mime, valueOf(mime, value)]))],
      ];
    }),
  );
const plain = (text: string): string =>
  text
    .replace(/0x[0-9a-f]+/g, '0x…')
    .replace(/\bT_[0-9a-f]{5}(?=["_ ])/g, 'T_…')
    .replaceAll('/workspace/', '')
    .replaceAll('\r\n', '\n');
const valueOf = (mime: string, value: unknown): unknown => {
  if (typeof value !== 'string' && !Array.isArray(value)) return value;
  const text = joined(value as string | string[]);
  // A picture has a program's version in it; its size tells whether it is the same one.
  return mime === 'image/png' ? Buffer.from(text, 'base64').subarray(16, 24).toString('hex') : plain(text);
};

describe('what is exported of a real session', () => {
  let image = '';
  before(async () => {
    image = await imageForTests();
  });

  for (const source of FILES) {
    it(`of ${path.basename(source)} runs green with equal outputs, in the sandbox's place and elsewhere`, async () => {
      const folder = sharedFolder();
      const name = path.basename(source);
      copyFileSync(path.join(ROOT, source), path.join(folder, name));
      const out = path.join(folder, 'reports');
      mkdirSync(out);
      const formats = ['--format', 'ipynb,py'];
      const args = ['analyze', path.join(folder, name), '--workspace', folder, '--model', 'analyst'];
      const { code, stderr } = await runCli([...args, '--image', image, '--out', out, ...formats]);
      assert.equal(code, 0, stderr);
      const exported = readFileSync(path.join(out, 'session.ipynb'), 'utf8');
      validateWithNbformat(image, exported);
      assert.ok(codeCells(exported).length >= 3);
      assert.ok(!codeCells(exported).some(({ source: code }) => joined(code).includes('/workspace')));
      assert.match(exported, /"sha256": "[0-9a-f]{64}"/);
      chmodSync(out, 0o777);
      const again = runWithNbclient(image, exported, folder, '/workspace/reports');
      assert.deepEqual(comparable(again), comparable(exported));

      // Elsewhere: the same folder under another name, and no `/workspace` at all.
      const elsewhere = ['run', '--rm', '-i', '--network', 'none', '-v', `${folder}:/home/ann/shop:ro`];
      const script = readFileSync(path.join(out, 'session.py'), 'utf8');
      const ran = spawnSync('docker', [...elsewhere, '-w', '/home/ann/shop/reports', image, 'python3', '-'], {
        input: script,
        encoding: 'utf8',
      });
      assert.equal(ran.status, 0, ran.stderr);
      const there = spawnSync(
        'docker',
        [...elsewhere, '-w', '/home/ann/shop/reports', image, 'python3', '-c', RUN_THERE],
        { input: exported, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
      );
      assert.equal(there.status, 0, there.stderr.slice(-2000));
      assert.deepEqual(comparable(there.stdout), comparable(exported));
    });
  }
});

const RUN_THERE = `
import json, os, sys
import nbformat
from nbclient import NotebookClient
assert not os.path.exists("/workspace/reports")
nb = nbformat.reads(sys.stdin.read(), as_version=4)
NotebookClient(nb, timeout=120, kernel_name="python3").execute()
sys.stdout.write(json.dumps(nb))
`;
