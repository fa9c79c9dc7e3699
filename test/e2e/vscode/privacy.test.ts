/** "Names and types only", set in the panel: rows stay here, and one button lets the model see one output. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { ask, cells, finishedTurns } from '../../support/panel.ts';
import { panelWithKey } from '../../support/panelWithKey.ts';
import type { ScriptedApi } from '../../support/scriptedApi.ts';
import { blocksOf } from '../../support/scriptedApiChecks.ts';
import { cell, text } from '../../support/scriptedApiReplies.ts';
import type { Script } from '../../support/scriptedApiScenarios.ts';
import type { VsCodeWindow } from '../../support/vscodeWindow.ts';

/** Values of rows that stand nowhere else: in the file, and in what the cells put out. */
const CANARIES = { first: 'zebrafinch', second: 'quokkaburrow', third: 'tapirmeadow' };

/** Looks at the table of which the question speaks, in each way that puts a row out; then says that it is done. */
const look: Script = ({ messages }) => {
  const last = messages.at(-1);
  const blocks = last === undefined ? [] : blocksOf(last);
  if (blocks.some(({ type }) => type === 'tool_result')) return text('I have looked at it.');
  const name = /look at (\w+)\.csv/.exec(JSON.stringify(blocks))?.[1] ?? 'none';
  const code = `import pandas as pd
df = pd.read_csv("/workspace/${name}.csv")
print(df.to_string())
df`;
  return cell('I look at it.', code, `Look at ${name}`);
};

describe('in VS Code, names and types only', () => {
  let api: ScriptedApi;
  let window: VsCodeWindow;
  let answered = 0;
  const { panel, promise } = panelWithKey(
    look,
    (opened) => {
      ({ api, window } = opened);
    },
    async (workspace) => {
      for (const [name, canary] of Object.entries(CANARIES)) {
        await writeFile(join(workspace, `${name}.csv`), `animal,legs\n${canary},4\n`);
      }
    },
  );
  const lookAt = async (name: string): Promise<void> => {
    await ask(panel(), `Please look at ${name}.csv`);
    await finishedTurns(panel(), ++answered, 90_000);
  };
  const badge = (words: string): Locator => panel().getByRole('button', { name: words });
  const release = (of: Locator): Locator => of.getByRole('button', { name: 'Let the model see this output' });
  /** How many requests have carried a word, in whatever form, since `from`. */
  const carried = (word: string, from = 0): number =>
    api.requests.slice(from).filter(({ raw }) => raw.includes(word)).length;

  promise('a click in the status line sets it, and the status line says so', async () => {
    await badge('Model sees: everything').click();
    const set = badge('Model sees: names and types only');
    await set.waitFor();
    assert.equal(await set.getAttribute('aria-pressed'), 'true');
  });

  promise('rows are on the screen, and in no request', async () => {
    await lookAt('first');
    await lookAt('second');
    for (const [n, canary] of [CANARIES.first, CANARIES.second].entries()) {
      const shown = cells(panel()).nth(n);
      await shown.locator('.outputs').getByText(canary).first().waitFor();
      await shown.getByText('The model sees names and types only.').waitFor();
      assert.equal(carried(canary), 0, `${canary} was sent`);
    }
    assert.ok(carried('animal') > 0, 'the names of columns are what the model works with');
    assert.equal(api.conversations().length, 4);
    await window.screenshot('withheld');
  });

  promise('the button releases one output, and no other', async () => {
    const sent = api.requests.length;
    await release(cells(panel()).first()).click();
    await cells(panel()).first().getByText('The model may see this output.').waitFor();
    assert.equal(carried(CANARIES.first), 0, 'nothing is sent by the click');
    await lookAt('third');
    await window.screenshot('released');
    assert.ok(carried(CANARIES.first, sent) > 0, 'the next request carries what was released');
    const parts = (api.conversations().at(-1)?.body?.messages ?? []).flatMap(blocksOf);
    const holding = parts.filter((part) => JSON.stringify(part).includes(CANARIES.first));
    assert.ok(holding.length > 0);
    assert.ok(
      holding.every(({ type }) => type === 'text'),
      'only what was released: the result of the cell is as it was',
    );
    assert.equal(carried(CANARIES.second), 0);
    assert.equal(carried(CANARIES.third), 0);
    assert.equal(await release(cells(panel()).nth(1)).count(), 1, 'the other one still can be');
  });

  promise('everything again: what comes, not what was withheld', async () => {
    await badge('Model sees: names and types only').click();
    await badge('Model sees: everything').waitFor();
    const sent = api.requests.length;
    await lookAt('third');
    assert.ok(carried(CANARIES.third, sent) > 0, 'the new output is sent');
    assert.equal(carried(CANARIES.second), 0, 'the earlier one is still withheld');
  });

  promise('what the model saw opens as a document', async () => {
    await window.command('Code Interpreter: Show What the Model Saw');
    await window.page.getByRole('tab', { name: /^What the model saw \(session\)/ }).waitFor();
    const lines = window.page.locator('.editor-instance .view-lines').first();
    await lines.getByText('claude-sonnet-5-5').first().waitFor();
    await window.screenshot('what-the-model-saw');
    assert.deepEqual(
      api.requests.filter(({ problem }) => problem !== null),
      [],
    );
    assert.deepEqual(window.violations, []);
    assert.deepEqual(window.foreignRequests, []);
  });
});
