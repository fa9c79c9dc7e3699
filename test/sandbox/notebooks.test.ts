/**
 * Notebooks in the style people publish, run by the command line and by nbclient on the same image: the outputs are
 * the same, but for what `notebookDifferences.ts` names. Prints the table of it.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCli, sharedFolder } from '../support/cliProcess.ts';
import { imageForTests } from '../support/dockerFixture.ts';
import { comparableCells, type ReadNotebook } from '../support/notebookCompare.ts';
import { DIFFERENCES, NAMED, RACES, type DifferenceName } from '../support/notebookDifferences.ts';
import { runAllWithNbclient, validateWithNbformat } from '../support/notebookPeer.ts';

const FIXTURES = path.join(__dirname, '..', 'fixtures', 'notebooks');
const NAMES = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.ipynb'))
  .map((file) => path.basename(file, '.ipynb'));

let image = '';
let root = '';
let theirs: Record<string, ReadNotebook> = {};
const rows: string[] = [];
const written: string[] = [];

before(async () => {
  image = await imageForTests();
  root = sharedFolder();
  mkdirSync(path.join(root, 'nb'));
  writeFileSync(path.join(root, 'nb', 'shop.csv'), readFileSync(path.join(FIXTURES, 'shop.csv')));
  const texts = Object.fromEntries(
    NAMES.map((name) => [name, readFileSync(path.join(FIXTURES, `${name}.ipynb`), 'utf8')]),
  );
  for (const [name, text] of Object.entries(texts))
    writeFileSync(path.join(root, 'nb', `${name}.ipynb`), text);
  theirs = runAllWithNbclient(image, texts, root);
});

after(() => {
  console.log(['notebook                   cells  equal  named differences', ...rows].join('\n'));
  const used = new Set(Object.values(NAMED).flatMap((cells) => Object.values(cells)));
  for (const name of used) console.log(`${name}: ${DIFFERENCES[name].reason}`);
});

/** Ends by itself with code 1: its kernel dies. */
const DIES = '31-death';

describe('public-style notebooks give what nbclient gives', () => {
  it('there are thirty and more', () => {
    assert.ok(NAMES.length >= 30, String(NAMES.length));
    for (const name of Object.keys(NAMED)) assert.ok(NAMES.includes(name), name);
  });

  for (const name of NAMES) {
    it(name, async () => {
      const file = path.join(root, 'nb', `${name}.ipynb`);
      const args = ['notebook', file, '--allow-errors', '--workspace', root, '--image', image, '--out', '-'];
      const { code, stdout, stderr } = await runCli(args);
      assert.equal(code, name === DIES ? 1 : 0, stderr);
      written.push(stdout);
      const mine = comparableCells(JSON.parse(stdout) as ReadNotebook);
      const peer = comparableCells(theirs[name] ?? { metadata: {}, cells: [] });
      assert.equal(mine.length, peer.length);
      const named: Record<number, DifferenceName> = NAMED[name] ?? {};
      let equal = 0;
      mine.forEach((cell, index) => {
        const other = peer[index];
        assert.ok(other);
        const difference = named[index + 1];
        if (difference === undefined) {
          assert.deepEqual(cell, other, `cell ${index + 1}`);
          equal += 1;
        } else {
          const { without } = DIFFERENCES[difference];
          // A name that is not needed any more is no difference.
          if (!RACES.has(difference)) assert.notDeepEqual(cell, other, `cell ${index + 1} is equal`);
          assert.deepEqual(without(cell), without(other), `cell ${index + 1}, apart from: ${difference}`);
        }
      });
      const words = Object.entries(named).map(([cell, difference]) => `${difference} [${cell}]`);
      rows.push(
        `${name.padEnd(26)} ${String(mine.length).padStart(5)}  ${String(equal).padStart(5)}  ${words.join(', ')}`,
      );
    });
  }

  it('every one is a valid notebook', () => {
    assert.equal(written.length, NAMES.length);
    validateWithNbformat(image, `[${written.join(',')}]`);
  });
});
