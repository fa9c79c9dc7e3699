/** Real outputs and answers of several countries: true figures are hardly ever marked, wrong ones are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod/mini';
import { checkNumbers, type NumberSources } from '../../../src/agent/numbersCheck.ts';
import { outputSchema } from '../../../src/shared/outputs.ts';

const caseSchema = z.object({
  name: z.string(),
  question: z.string(),
  cells: z.array(z.object({ cellId: z.string(), code: z.string(), outputs: z.array(outputSchema) })),
  answer: z.string(),
  /** Offsets of the true figures. */
  figures: z.array(z.tuple([z.int(), z.int()])),
  /** What is put in the place of the n-th figure. */
  wrong: z.array(z.tuple([z.int(), z.string()])),
});
type Case = z.infer<typeof caseSchema>;
type Spoken = Omit<Case, 'figures' | 'wrong'>;

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/numbers', name), 'utf8'));
const CASES = z.array(caseSchema).parse(fixture('answers.json'));
/** What the built-in analyst really said and ran, pictures aside. All its figures are true. */
const ANALYST = z.array(z.omit(caseSchema, { figures: true, wrong: true })).parse(fixture('analyst.json'));

const sourcesOf = ({ cells, question }: Spoken): NumberSources => ({
  cells: cells.map((cell) => ({ ...cell, result: null })),
  earlier: [],
  question,
});

const markedIn = (text: string, one: Spoken): [number, number][] =>
  checkNumbers(text, sourcesOf(one)).flatMap(({ start, end, cellId }) =>
    cellId === null ? [[start, end]] : [],
  );

/** The answer with another figure at this place, and whether that figure is marked. */
function isCaught(one: Case, at: number, wrong: string): boolean {
  const [start, end] = one.figures[at] ?? [0, 0];
  const text = one.answer.slice(0, start) + wrong + one.answer.slice(end);
  return markedIn(text, one).some(([from, to]) => from < start + wrong.length && to > start);
}

describe('the figures of recorded answers', () => {
  it('are 200 true ones in at least 20 answers, of which at most 2 % are marked', () => {
    const total = CASES.reduce((sum, { figures }) => sum + figures.length, 0);
    assert.ok(CASES.length >= 20 && total >= 200, `${CASES.length} answers, ${total} figures`);
    const marked = CASES.flatMap((one) =>
      markedIn(one.answer, one).map(([start, end]) => `${one.name}: ${one.answer.slice(start, end)}`),
    );
    assert.ok(marked.length <= total * 0.02, `${marked.length} of ${total}:\n${marked.join('\n')}`);
  });

  it('are linked to a cell: nearly all true ones', () => {
    const total = CASES.reduce((sum, { figures }) => sum + figures.length, 0);
    const unlinked = CASES.flatMap((one) => {
      const links = checkNumbers(one.answer, sourcesOf(one)).filter(({ cellId }) => cellId !== null);
      return one.figures
        .filter(([from, to]) => !links.some(({ start, end }) => start < to && end > from))
        .map(([from, to]) => `${one.name}: ${one.answer.slice(from, to)}`);
    });
    assert.ok(unlinked.length <= total * 0.03, unlinked.join('\n'));
  });

  it('are no others than those: what is no claim is left alone', () => {
    const extra = CASES.flatMap((one) =>
      checkNumbers(one.answer, sourcesOf(one))
        .filter(({ start, end }) => !one.figures.some(([from, to]) => start < to && end > from))
        .filter(({ cellId }) => cellId === null)
        .map(({ start, end }) => `${one.name}: ${one.answer.slice(start, end)}`),
    );
    assert.deepEqual(extra, []);
  });

  it('marks every planted wrong figure', () => {
    const planted = CASES.flatMap((one) => one.wrong.map(([at, text]) => ({ one, at, text })));
    assert.ok(planted.length >= 20, `${planted.length}`);
    const missed = planted.filter(({ one, at, text }) => !isCaught(one, at, text));
    assert.deepEqual(
      missed.map(({ one, text }) => `${one.name}: ${text}`),
      [],
    );
  });

  it('marks most figures with one digit changed, each figure in turn', () => {
    let caught = 0;
    let tried = 0;
    const missed: string[] = [];
    for (const one of CASES) {
      one.figures.forEach(([start, end], at) => {
        const figure = one.answer.slice(start, end);
        if (figure.replace(/\D/g, '').length < 3) return;
        // The second digit goes up by three: 4,201 becomes 4,501.
        let seen = 0;
        const wrong = figure.replace(/\d/g, (digit) =>
          ++seen === 2 ? String((Number(digit) + 3) % 10) : digit,
        );
        tried += 1;
        if (isCaught(one, at, wrong)) caught += 1;
        else missed.push(`${one.name}: ${figure} → ${wrong}`);
      });
    }
    assert.ok(tried > 120 && caught >= tried * 0.9, `${caught} of ${tried}\n${missed.join('\n')}`);
  });

  it('of the built-in analyst are hardly ever marked either', () => {
    const checked = ANALYST.flatMap((one) =>
      checkNumbers(one.answer, sourcesOf(one)).map((number) => ({ one, ...number })),
    );
    assert.ok(checked.length >= 150, `${checked.length} figures`);
    const marked = checked.filter(({ cellId }) => cellId === null);
    const words = marked.map(({ one, start, end }) => `${one.name}: ${one.answer.slice(start, end)}`);
    assert.ok(marked.length <= checked.length * 0.02, words.join('\n'));
  });
});
