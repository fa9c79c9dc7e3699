/**
 * A notebook in a sub-folder, opened as a session of its own: its cells read what lies beside it by relative paths, as
 * they do in Jupyter, and go on doing so after a restart, and when the session is opened again.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_TURN_LIMITS } from '../../src/agent/loop.ts';
import { createDockerSandbox } from '../../src/container/dockerSandbox.ts';
import { DEFAULT_LIMITS } from '../../src/container/policy.ts';
import { openedEvents } from '../../src/export/openNotebook.ts';
import { parseNotebook, serializeNotebook } from '../../src/export/notebookFile.ts';
import { Sessions, workspaceSources, type OpenSession } from '../../src/host/sessions.ts';
import { createAnalyst } from '../../src/models/analyst/analyst.ts';
import { untoldNotices } from '../../src/session/restore.ts';
import { notebookCells } from '../../src/shared/cellOrder.ts';
import { imageForTests, makeWorkspace, TEST_DOCKER } from '../support/dockerFixture.ts';
import { upgradeWithNbformat, validateWithNbformat } from '../support/notebookPeer.ts';

const SOURCES = [
  'import pandas as pd\nint(pd.read_csv("data/sales.csv")["amount"].sum())',
  '%%bash\ncat ../shared/up.txt data/sales.csv',
  '%%script node\nconsole.log(require("fs").readFileSync("data/sales.csv", "utf8").length)',
  'import os; os.chdir("/tmp"); open("/outputs/nb/made.txt", "w").write("new")',
  'open("data/sales.csv", "a")',
];
const NOTEBOOK = JSON.stringify({
  ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
  cells: SOURCES.map((source, index) => ({
    ...{ cell_type: 'code', id: `c${index}`, metadata: {}, execution_count: null, outputs: [], source },
  })),
});

describe('a notebook of nbformat 3', () => {
  it('is upgraded as Jupyter does it, and is valid then', async () => {
    const image = await imageForTests();
    const text = readFileSync(path.join(__dirname, '../fixtures/notebooks-old/nbformat3.ipynb'), 'utf8');
    const ours = serializeNotebook(parseNotebook('nbformat3.ipynb', text));
    validateWithNbformat(image, ours);
    const [mine, theirs] = [ours, upgradeWithNbformat(image, text)].map((each) => comparable(each));
    // Jupyter's drops the name, which was shown as the title.
    assert.ok(mine && theirs);
    const { name, ...metadata } = mine.metadata;
    assert.deepEqual({ ...mine, metadata }, theirs);
    assert.equal(name, 'Old sales');
  });
});

/** Texts as one, and without the ids of cells, which are drawn by lot. */
function comparable(text: string): { cells: unknown; metadata: Record<string, unknown> } {
  const joined = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value) && key !== 'traceback' && value.every((line) => typeof line === 'string'))
      return value.join('');
    if (Array.isArray(value)) return value.map((each) => joined(each));
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([name]) => name !== 'id');
    return Object.fromEntries(kept.map(([name, inner]) => [name, joined(inner, name)]));
  };
  const { cells, metadata } = JSON.parse(text) as ReturnType<typeof comparable>;
  return { cells: joined(cells), metadata };
}

describe('a notebook in a sub-folder, opened as a session', () => {
  const workspace = makeWorkspace({
    'nb/first.ipynb': NOTEBOOK,
    'nb/data/sales.csv': 'amount\n20\n22\n',
    'shared/up.txt': 'up\n',
  });
  const file = path.join(workspace, 'nb', 'first.ipynb');
  const root = mkdtempSync(path.join(tmpdir(), 'opened-'));
  let image = '';
  let sessions: Sessions;
  let current: OpenSession;
  let pointer = '';

  const make = (root: string): Sessions =>
    new Sessions({
      root: () => root,
      pointer: { get: () => pointer || undefined, set: async (id) => Promise.resolve(void (pointer = id)) },
      workspaceFolders: () => [{ path: workspace, name: 'shop' }],
      sampleFolder: async () => Promise.reject(new Error('no sample')),
      createSandbox: (sessionId, mounts, workFolder) =>
        createDockerSandbox({
          ...{
            sessionId,
            mounts,
            workFolder,
            limits: DEFAULT_LIMITS,
            docker: TEST_DOCKER,
            log: () => undefined,
          },
          image: { kind: 'ready', reference: image },
        }),
      sessionOptions: () => ({
        model: async () => Promise.resolve(createAnalyst()),
        ...{ cellTimeoutMs: 60_000, outputLimitBytes: 1_000_000, limits: DEFAULT_TURN_LIMITS },
        ...{ onEvents: () => undefined, onState: () => undefined, log: () => undefined },
      }),
      onSwitched: () => undefined,
      onRestoreFailed: (error) => assert.fail(String(error)),
    });

  /** Runs one and gives what it put out: printed text, or the plain form, or the error. */
  async function ran(index: number, restart = false): Promise<string> {
    const { session } = current;
    const cellId = notebookCells(session.events())[index]?.cellId;
    assert.ok(cellId);
    await session.runCells({ kind: 'one', cellId }, { restart });
    return session
      .events()
      .flatMap((event) => (event.type === 'cell_output' && event.cellId === cellId ? [event.output] : []))
      .map((output) => {
        if (output.output_type === 'stream') return output.text;
        if (output.output_type === 'error') return `${output.ename}: ${output.evalue}`;
        return 'data' in output ? String(output.data['text/plain']) : '';
      })
      .join('');
  }

  before(async () => {
    image = await imageForTests();
    sessions = make(root);
    current = await sessions.startNew(
      { ...workspaceSources([]), notebook: file },
      {
        title: 'first',
        events: openedEvents('first.ipynb', parseNotebook('first.ipynb', NOTEBOOK), '/workspace/nb'),
      },
    );
  });
  after(async () => sessions.dispose());

  it('reads its neighbours in Python, bash and JavaScript', async () => {
    assert.equal(await ran(0), '42');
    assert.equal(await ran(1), 'up\namount\n20\n22\n');
    assert.equal(await ran(2), '13\n');
  });

  it('is back there after a restart of the kernels', async () => {
    assert.equal(await ran(3), '3');
    assert.match(await ran(0), /FileNotFoundError/, 'the cell before has left the folder');
    assert.equal(await ran(0, true), '42');
  });

  it('keeps new files as artifacts, and says that the workspace cannot be changed', async () => {
    assert.deepEqual(
      current.session.artifacts().map(({ name }) => name),
      ['nb/made.txt'],
    );
    assert.ok(!existsSync(path.join(workspace, 'nb', 'made.txt')));
    assert.match(await ran(4), /OSError|PermissionError/);
    assert.equal(readFileSync(path.join(workspace, 'nb/data/sales.csv'), 'utf8'), 'amount\n20\n22\n');
  });

  it('tells the model where cells begin', () => {
    const [told = ''] = untoldNotices(current.session.events());
    assert.match(told, /Cells begin in "\/outputs\/nb" instead of \/outputs/);
    assert.match(told, /links there lead to what lies in "\/workspace\/nb"/);
  });

  it('begins there again when the sandbox is a new one, and when the session is opened again', async () => {
    await current.session.restartSandbox();
    assert.equal(await ran(0), '42');
    await sessions.dispose();
    sessions = make(root);
    const { id } = current.session;
    current = await sessions.current();
    assert.equal(current.session.id, id);
    assert.equal(await ran(0), '42');
  });
});
