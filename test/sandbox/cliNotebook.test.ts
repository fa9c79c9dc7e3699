import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import * as path from 'node:path';
import { before, describe, it } from 'node:test';
import { belongingsOf, CliProcess, runCli, sharedFolder } from '../support/cliProcess.ts';
import { imageForTests } from '../support/dockerFixture.ts';
import { comparableCells, joined, type ReadNotebook } from '../support/notebookCompare.ts';
import { runWithNbclient, validateWithNbformat } from '../support/notebookPeer.ts';

/** Each is a notebook: its code cells. All are run by the CLI and by nbclient. */
const NOTEBOOKS: Record<string, string[]> = {
  streams: [
    'print("one"); print("two")',
    'import sys\nprint("out", flush=True); print("err", file=sys.stderr, flush=True); print("again")',
    'for i in range(3): print(f"\\r{i}", end="", flush=True)',
    'print("Größe 日本語 😀\\x1b[31mred\\x1b[0m")',
    'print("x" * 100_000)',
  ],
  results: [
    '1 + 1',
    'None',
    '_ , Out[1]',
    '"text"; ',
    'import pandas as pd\ndf = pd.DataFrame({"a": [1, 2], "b": ["x", None]})\ndf',
    'display(df)\nprint("between")\ndf.describe()',
    'from IPython.display import HTML, Markdown, JSON, Latex\ndisplay(HTML("<b>x</b>\\n<i>y</i>"), Markdown("*m*"), JSON({"a": [1]}))\nLatex("$x$")',
    'class Rich:\n    def _repr_mimebundle_(self, include, exclude):\n        return {"text/plain": "p", "application/x-own+json": {"k": [1, None]}}, {"own": 1}\nRich()',
    'import decimal; decimal.Decimal("1.10")',
  ],
  displays: [
    'h = display("first", display_id="fixed")\nprint("after")',
    'h.update("second"); print("updated above")',
    'display("third", display_id="fixed")',
    'from IPython.display import clear_output\nprint("gone"); clear_output(); print("kept")',
    'print("gone"); clear_output(wait=True); print("kept too")',
    'print("stays"); clear_output(wait=True)',
  ],
  errors: [
    'raise ValueError("no\\nreally")',
    'def f(x):\n    return 1 / x\nf(0)',
    'this is no python',
    'try:\n    {}["k"]\nexcept KeyError as e:\n    raise RuntimeError("outer") from e',
    'import warnings; print("before"); assert 1 == 2, "sums"',
    'print("still alive")',
  ],
  magics: [
    '%%bash\necho from bash; echo to stderr >&2',
    '!echo shell; echo more',
    'lines = !printf "a\\nb\\n"\nlines',
    '%%capture cap\nprint("hidden")',
    'cap.stdout',
    'import asyncio\nawait asyncio.sleep(0.01)\n"awaited"',
    '%who_ls',
    '%%bash\nexit 3',
  ],
  charts: [
    'import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])',
    'plt.figure(); plt.bar(["a", "b"], [1, 2]); plt.show()\nprint("between")\nplt.figure(); plt.plot([3, 1]); plt.show()',
    'fig, ax = plt.subplots(); ax.plot([1, 2]); plt.close(fig)\n"closed"',
  ],
  files: [
    'open("beside.csv").read()',
    'import os; sorted(n for n in os.listdir(".") if not n.endswith(".ipynb"))',
    'open("../shared/up.txt").read()',
    'open("sub/deep.txt").read()',
    'import glob; sorted(glob.glob("*.csv"))',
  ],
};

let image = '';
before(async () => {
  image = await imageForTests();
});

const notebookText = (cells: object[]): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells });
const codeCell = (source: string, tags: string[] = []) => ({
  cell_type: 'code',
  source,
  metadata: { tags },
  execution_count: null,
  outputs: [],
});

/** root/nb/in.ipynb, with files beside, below and above it. */
function workspace(cells: object[]): { root: string; file: string; text: string } {
  const root = sharedFolder();
  const [nb, shared] = [path.join(root, 'nb'), path.join(root, 'shared')];
  mkdirSync(path.join(nb, 'sub'), { recursive: true });
  mkdirSync(shared);
  writeFileSync(path.join(nb, 'beside.csv'), 'a,b\n1,2\n');
  writeFileSync(path.join(nb, 'sub', 'deep.txt'), 'deep');
  writeFileSync(path.join(shared, 'up.txt'), 'up');
  const text = notebookText(cells);
  const file = path.join(nb, 'in.ipynb');
  writeFileSync(file, text);
  return { root, file, text };
}

describe('notebook gives what nbclient gives', () => {
  for (const [name, sources] of Object.entries(NOTEBOOKS)) {
    it(name, async () => {
      const { root, file, text } = workspace(sources.map((source) => codeCell(source)));
      const args = ['notebook', file, '--allow-errors', '--workspace', root, '--image', image];
      const { code, stdout, stderr } = await runCli(args);
      assert.equal(code, 0, stderr);
      const ours = readFileSync(stdout.trim(), 'utf8');
      validateWithNbformat(image, ours);
      const [mine, theirs] = [ours, runWithNbclient(image, text, root, '/workspace/nb')].map(
        (each) => JSON.parse(each) as ReadNotebook,
      );
      assert.ok(mine && theirs);
      assert.deepEqual(comparableCells(mine), comparableCells(theirs));
      assert.deepEqual(mine.metadata.language_info, theirs.metadata.language_info);
    });
  }
});

describe('notebook on a real sandbox', () => {
  it('stops at the first error, exit code 1; the written part is a valid notebook', async () => {
    const { file } = workspace(['x = 1', 'x / 0', 'print("not reached")'].map((source) => codeCell(source)));
    const { code, stdout, stderr } = await runCli(['notebook', file, '--image', image]);
    assert.equal(code, 1);
    assert.match(stderr, /Cell 2 failed/);
    const text = readFileSync(stdout.trim(), 'utf8');
    validateWithNbformat(image, text);
    const { cells } = JSON.parse(text) as ReadNotebook;
    assert.equal(cells[1]?.outputs?.[0]?.ename, 'ZeroDivisionError');
    assert.deepEqual(cells[2]?.outputs, []);
  });

  it('honours raises-exception and skip-execution', async () => {
    const cells = [
      codeCell('1 / 0', ['raises-exception']),
      codeCell('print("skipped")', ['skip-execution']),
      codeCell('2'),
    ];
    const { file } = workspace(cells);
    const { code, stdout } = await runCli(['notebook', file, '--image', image, '--out', '-']);
    assert.equal(code, 0);
    const counts = (JSON.parse(stdout) as ReadNotebook).cells.map((cell) => cell.execution_count);
    assert.deepEqual(counts, [1, null, 2]);
  });

  it('new files stay out of the workspace and are copied when asked; existing ones cannot be changed', async () => {
    const cells = [
      'open("made.txt", "w").write("new")',
      'open("beside.csv", "w")',
      'import os; os.makedirs("deep/er"); open("deep/er/x.txt", "w").write("x")',
    ].map((source) => codeCell(source, ['raises-exception']));
    const { file, root } = workspace(cells);
    const target = path.join(sharedFolder(), 'made');
    const args = ['--workspace', root, '--artifacts', target, '--image', image, '--out', '-'];
    const { code, stdout, stderr } = await runCli(['notebook', file, ...args]);
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as ReadNotebook).cells[1]?.outputs?.[0]?.ename, 'OSError');
    assert.equal(readFileSync(path.join(target, 'nb', 'made.txt'), 'utf8'), 'new');
    assert.equal(readFileSync(path.join(target, 'nb', 'deep', 'er', 'x.txt'), 'utf8'), 'x');
    assert.ok(!existsSync(path.join(root, 'nb', 'made.txt')));
    assert.equal(readFileSync(path.join(root, 'nb', 'beside.csv'), 'utf8'), 'a,b\n1,2\n');
  });

  it('a cell over --timeout ends the run: exit code 1, the reason in the notebook', async () => {
    const { file } = workspace(
      ['print("a")', 'import time; time.sleep(60)', '3'].map((each) => codeCell(each)),
    );
    const args = ['notebook', file, '--image', image, '--timeout', '1.5', '--out', '-'];
    const { code, stdout, stderr } = await runCli(args);
    assert.equal(code, 1);
    assert.match(stderr, /longer than 1\.5 s/);
    const { cells } = JSON.parse(stdout) as ReadNotebook;
    assert.equal(cells[1]?.outputs?.at(-1)?.output_type, 'error');
    assert.equal(cells[2]?.execution_count, null);
  });

  it('Ctrl+C writes the notebook as far as it came and leaves nothing behind', async () => {
    const { file } = workspace(['print("a")', 'while True: pass', '3'].map((each) => codeCell(each)));
    const cli = new CliProcess(['notebook', file, '--image', image]);
    await cli.until(({ errors }) => errors.includes('[2/3]'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    cli.child.kill('SIGINT');
    const { code, stdout } = await cli.done;
    assert.equal(code, 130);
    const { cells } = JSON.parse(readFileSync(stdout.trim(), 'utf8')) as ReadNotebook;
    assert.equal(joined(cells[0]?.outputs?.[0]?.text), 'a\n');
    assert.equal(cells[1]?.outputs?.at(-1)?.ename, 'KeyboardInterrupt');
    assert.deepEqual(belongingsOf(cli.child.pid), []);
  });
});
