/**
 * Names and types only, over the real kernels: cells that put rows out in every way that comes to mind, and a
 * model that is sent none of it. The user sees all of them.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Session } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { FIGURE_MIME, FRAME_MIME, type Language } from '../../src/shared/outputs.ts';
import type { Privacy } from '../../src/shared/protocol.ts';
import { makeWorkspace, SandboxFixture } from '../support/dockerFixture.ts';
import { keeping } from '../support/keepingSandbox.ts';
import { apiModel, sessionOptions } from '../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../support/scriptedApi.ts';
import type { MessageReply } from '../support/scriptedApiReplies.ts';

/** Every value of a row; none of them stands in the code or in a question. */
const ROWS = [
  ['Quillfeather', 'Zorbenheim', 48_151_623],
  ['Umberblossom', 'Yttervault', 42_108_815],
  ['Wexcombeford', 'Xanthomere', 31_623_421],
] as const;
const CANARIES = ROWS.flat().map(String);
const CSV = `customer,city,amount\n${ROWS.map((row) => row.join(',')).join('\n')}\n`;

interface Look {
  name: string;
  language: Language;
  code: string;
  /** Where the user has the value; `picture`: as pixels only. */
  seen?: 'text' | 'picture';
}

const python = (name: string, code: string, seen: Look['seen'] = 'text'): Look => ({
  name,
  language: 'python',
  code: `import pandas as pd\ndf = pd.read_csv('/workspace/people.csv')\n${code}`,
  seen,
});
const bash = (name: string, code: string): Look => ({ name, language: 'bash', code });

const LOOKS: Look[] = [
  python('print of a table', 'print(df)'),
  python('head as the result', 'df.head()'),
  python('describe', "df.describe(include='all')"),
  python('describe printed', "print(df.describe(include='all').T)"),
  python('value_counts: values as an index', 'df.customer.value_counts()'),
  python('groupby', "df.groupby('city').amount.sum()"),
  python('a pivoted table: values as column names', "df.pivot_table(columns='customer', values='amount')"),
  python('columns of several levels', "df.pivot_table(index='city', columns='customer', values=['amount'])"),
  python('a transposed table', "df.set_index('customer').T"),
  python('a Series named after a value', 'df.amount.rename(df.customer[0])'),
  python('a type with categories', "df.astype({'customer': 'category'}).customer.dtype"),
  python('a categorical column', "df.astype({'customer': 'category'}).customer"),
  python('an index with a name', "df.rename_axis(df.customer[1]).rename_axis(df.city[1], axis='columns')"),
  python('the repr of a list', 'df.values.tolist()'),
  python('a set, a dict, a tuple', 'dict(zip(df.customer, df.amount)), set(df.city)'),
  python('one value', 'df.amount.max()'),
  python('JSON printed', "print(df.to_json(orient='records'))"),
  python('JSON shown', "from IPython.display import JSON\nJSON(df.to_dict('records'))"),
  python('HTML', 'from IPython.display import HTML\nHTML(df.to_html())'),
  python('Markdown', "from IPython.display import Markdown\nMarkdown('# ' + df.customer[0])"),
  python('LaTeX', "from IPython.display import Latex\nLatex('$' + df.customer[0] + '$')"),
  python('a styled table', 'df.style.highlight_max()'),
  python('an exception with a value', "raise ValueError(f'bad customer {df.customer[0]}')"),
  python('KeyError', 'df.set_index("customer").loc[df.city[0]]'),
  python('a class named after a value', 'raise type(df.customer[0], (Exception,), {})("no")'),
  python('a cast that fails', "df.customer.astype('int64')"),
  python('an assertion', 'assert df.amount[0] < 0, df.customer.tolist()'),
  python(
    'notes and causes',
    'try:\n    int(df.customer[0])\nexcept ValueError as e:\n    e.add_note(df.city[0]); raise KeyError(df.customer[1]) from e',
  ),
  python('a syntax error out of data', 'exec("1 +" + df.customer[0] + " x")'),
  python('a warning', 'import warnings\nwarnings.warn(df.customer[0])'),
  python('standard error', 'import sys\nprint(df.customer[0], file=sys.stderr)'),
  python('logging', 'import logging\nlogging.error("row %s", df.customer[0])'),
  python('exit with a message', 'import sys\nsys.exit(df.customer[0])'),
  python('a plot with labels', 'df.plot.bar(x="customer", y="amount", title=df.city[0])', 'picture'),
  python(
    'the points, the texts and the flaws of a figure',
    'import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(2, 2))\nax.barh(df.customer * 9, df.amount, label=df.city[0])\nax.set_title(df.city[1])\nfig.suptitle(df.customer[0], y=0.92)\nax.legend()\nax.text(0, 0, df.city[2]); ax.text(0, 0, df.customer[2])',
  ),
  python(
    'a description of a figure that code made up',
    `from IPython.display import display\npng = b'x'\nfig = {'title': df.city[0], 'axes': [], 'findings': [{'kind': 'ticks', 'sentence': df.customer[0], 'axes': int(df.amount[0])}], 'size': {'widthInches': int(df.amount[1]), 'heightInches': 1}}\nfor kind in ('ticks', df.customer[1]):\n    fig['findings'][0]['kind'] = kind\n    display({'${FIGURE_MIME}': dict(fig, findings=[dict(f) for f in fig['findings']]), 'image/png': 'iVBORw0KGgo='}, raw=True)`,
  ),
  python(
    'a drawing as SVG',
    'from IPython.display import SVG\nSVG(f\'<svg xmlns="http://www.w3.org/2000/svg"><text>{df.customer[0]}</text></svg>\')',
  ),
  python('Plotly', 'import plotly.express as px\npx.bar(df, x="customer", y="amount", title=df.city[0])'),
  python('Altair', 'import altair as alt\nalt.Chart(df).mark_bar().encode(x="customer", y="amount")'),
  python('a display that is updated', 'h = display(1, display_id=df.customer[0])\nh.update(df.customer[0])'),
  python('a MIME type out of data', "display({f'application/x-{df.customer[0]}': df.city[0]}, raw=True)"),
  python(
    'a description that code made up',
    `display({'${FRAME_MIME}': {'rows': 1, 'columnCount': 1, 'columns': [{'name': df.customer[0], 'dtype': df.city[0], 'missing': 0}]}, 'text/plain': df.customer[0]}, raw=True)`,
  ),
  python('pyarrow', 'import pyarrow as pa\npa.Table.from_pandas(df)'),
  python('pyarrow schema with a name', 'import pyarrow as pa\npa.schema([(df.customer[0], pa.int64())])'),
  python(
    'polars, where it is',
    'try:\n    import polars as pl\n    display(pl.from_pandas(df))\nexcept ImportError:\n    display(df)',
  ),
  python(
    'rows of sqlite',
    "import sqlite3\nc = sqlite3.connect('/tmp/p.db')\ndf.to_sql('people', c, if_exists='replace', index=False)\nc.execute('select * from people').fetchall()",
  ),
  python(
    'sql',
    "from code_interpreter import sql\nsql('select customer, max(amount) from people group by 1', people=df)",
  ),
  python(
    'files named after a value',
    "from pathlib import Path\nPath('/outputs', df.customer[0] + '.csv').write_text(df.city[0])\nPath('/outputs', df.city[1]).mkdir(exist_ok=True)\nPath('/outputs', df.city[1], 'amount').write_text('x')",
  ),
  python(
    'a link named after a value',
    "import os\nos.symlink('/etc/hostname', '/outputs/' + df.customer[2])",
  ),
  python(
    'the pager and help',
    "get_ipython().run_line_magic('pinfo', 'df')\nprint(df.info(), df.customer[0])",
  ),
  python(
    'traceback printed',
    'import traceback\ntry:\n    {}[df.customer[0]]\nexcept KeyError:\n    traceback.print_exc()',
  ),
  python('a child process', '!head -3 /workspace/people.csv'),
  python(
    'a function named after a value',
    "ns = {}\nexec(f'def {df.customer[0]}(): return 1/0', ns)\nns[df.customer[0]]()",
  ),
  python('too much output', "print((df.customer[0] + ' ') * 40000)"),
  bash('head of the file', 'head -2 /workspace/people.csv'),
  bash('cat to standard error', 'cat /workspace/people.csv >&2; exit 3'),
  bash('a command named after a value', '"$(tail -1 /workspace/people.csv | cut -d, -f1)"'),
  bash('duckdb', `duckdb -c "select * from '/workspace/people.csv'"`),
  {
    name: 'console.log',
    language: 'javascript',
    code: "const rows = require('fs').readFileSync('/workspace/people.csv', 'utf8').split('\\n'); console.log(rows); console.error(rows[1]); rows",
  },
  {
    name: 'an error of JavaScript',
    language: 'javascript',
    code: "const e = new Error(require('fs').readFileSync('/workspace/people.csv', 'utf8')); e.name = require('fs').readFileSync('/workspace/people.csv', 'utf8').split(',')[3]; throw e",
  },
];

describe('names and types only, over the real kernels', () => {
  let box: SandboxFixture;
  let api: ScriptedApi;
  const folder = mkdtempSync(join(tmpdir(), 'privacy-'));

  before(async () => {
    api = await startScriptedApi({ script: 'text' });
    const people = ROWS.map(([customer, city]) => `${customer},${city}`).join('\n');
    const workspace = makeWorkspace({ 'people.csv': CSV, 'headless/names.csv': `${people}\n` });
    box = await SandboxFixture.started({}, workspace);
  });
  after(async () => {
    await api.close();
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let count = 0;
  /** One turn whose steps are these; then the user's events, and what was sent. */
  async function turn(privacy: Privacy, steps: MessageReply['blocks'][]) {
    const from = api.requests.length;
    api.setScript((_, n) => ({
      kind: 'message',
      blocks: steps[n - 1] ?? [{ type: 'text', text: 'Done.' }],
    }));
    const events: SessionEvent[] = [];
    const own = join(folder, String((count += 1)));
    const session = await Session.open(
      sessionOptions(apiModel(api), {
        folder: own,
        sandbox: keeping(box.sandbox),
        privacy: () => privacy,
        onEvents: (batch) => events.push(...batch),
      }),
    );
    const end = await session.send({ intent: 'ask', text: 'Look at people.csv.', files: [] });
    await session.dispose();
    assert.deepEqual(end, { kind: 'finished' });
    const sent = api.requests.slice(from);
    assert.deepEqual(
      sent.map(({ problem }) => problem).filter((problem) => problem !== null),
      [],
    );
    return { events, sent: sent.map(({ raw }) => raw).join('\n') };
  }

  const call = (name: string, input: object): MessageReply['blocks'][number] => ({
    type: 'tool_use',
    name,
    input,
  });
  const cell = ({ language, code }: Look) => call(language, { purpose: 'Look', code });
  /** Also with a separator of thousands, which is how counts are written. */
  const found = (text: string): string[] =>
    CANARIES.flatMap((canary) => {
      const number = Number(canary);
      return Number.isNaN(number) ? [canary] : [canary, number.toLocaleString('en-US')];
    }).filter((form) => text.includes(form));

  for (const look of LOOKS) {
    it(look.name, async () => {
      const { events, sent } = await turn('schema', [[cell(look)]]);
      assert.deepEqual(found(sent), [], 'sent to the model');
      const outputs = events.filter(
        ({ type }) => type === 'cell_output' || type === 'artifact_stored' || type === 'cell_done',
      );
      const shown = JSON.stringify(outputs);
      if (look.seen === 'picture') assert.match(shown, /"image\/png"/);
      else assert.notDeepEqual(found(shown), [], `the user sees it: ${shown.slice(0, 2000)}`);
      assert.match(sent, /withheld from you|No output/);
    });
  }

  it('more of an output, and the editor, say nothing either; the same under `full` does', async () => {
    const write = python('', "df.to_csv('/outputs/copy.csv')\nprint(df)");
    const steps = [
      [cell(write)],
      [
        call('show_output', { cell: 1, show: 'lines', first: null, last: null, text: null }),
        call('show_output', { cell: 1, show: 'search', first: null, last: null, text: 'a' }),
        call('show_output', { cell: 1, show: 'describe', first: null, last: null, text: null }),
        call('str_replace_based_edit_tool', { command: 'view', path: '/outputs/copy.csv' }),
        call('str_replace_based_edit_tool', { command: 'view', path: '/workspace/people.csv' }),
        call('str_replace_based_edit_tool', { command: 'view', path: '/outputs' }),
        call('str_replace_based_edit_tool', {
          command: 'str_replace',
          path: '/outputs/copy.csv',
          old_str: 'customer',
          new_str: 'client',
        }),
        ...['e', ' customer', 'nowhere'].map((old_str) =>
          call('str_replace_based_edit_tool', {
            command: 'str_replace',
            path: '/outputs/copy.csv',
            old_str,
            new_str: '-',
          }),
        ),
        call('str_replace_based_edit_tool', {
          command: 'insert',
          path: '/outputs/copy.csv',
          insert_line: 1,
          insert_text: 'x,y,1\n',
        }),
      ],
    ];
    assert.deepEqual(found((await turn('schema', steps)).sent), []);
    assert.notDeepEqual(found((await turn('full', steps)).sent), []);
  });

  it('names come from a header, and from a first row that may be none they do not', async () => {
    const { sent } = await turn('schema', []);
    assert.match(sent, /people\.csv.*customer.*amount/s);
    assert.match(sent, /names\.csv.*2 columns whose names may be values/s);
    assert.deepEqual(found(sent), []);
  });

  it('the cells of the model are numbered from 1: the look at the files is none', async () => {
    await box.sandbox.kernel.restart();
    const { events } = await turn('schema', [[cell(bash('', 'true'))]]);
    const done = events.find((event) => event.type === 'cell_done');
    assert.equal(done?.result.executionCount, 1);
  });
});
