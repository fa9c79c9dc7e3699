import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NewSessionEvent, SessionEvent } from '../../../src/shared/events.ts';
import type { Language } from '../../../src/shared/outputs.ts';
import { factsAfter, NO_FACTS, staleCells } from '../../../src/shared/stale.ts';

/** A notebook in which each cell is written as `uses -> sets`. */
class Notebook {
  readonly events: SessionEvent[] = [];
  private add(event: NewSessionEvent): this {
    this.events.push({ ...event, seq: this.events.length + 1, at: 0 });
    return this;
  }
  cell(cellId: string, names: string, language: Language = 'python', imports: string[] = []): this {
    return this.add({ type: 'cell_started', turnId: 't1', cellId, language }).run(cellId, names, imports);
  }
  run(cellId: string, names: string | null, imports: string[] = []): this {
    const last = this.events.findLast((event) => event.type === 'cell_running' && event.cellId === cellId);
    const code = names ?? (last?.type === 'cell_running' ? last.code : '');
    this.add({ type: 'cell_running', cellId, purpose: '', code, executionCount: 1 });
    if (names === null) return this;
    const [uses = [], sets = []] = names.split('->').map((part) => part.split(' ').filter(Boolean));
    return this.add({ type: 'cell_names', cellId, uses, sets, imports });
  }
  /** Runs again as it is. */
  again(...cellIds: string[]): this {
    for (const cellId of cellIds) this.run(cellId, null);
    return this;
  }
  edit(cellId: string, code: string): this {
    return this.add({ type: 'cell_edited', cellId, code });
  }
  delete(cellId: string): this {
    return this.add({ type: 'cell_deleted', cellId });
  }
  restore(cellId: string): this {
    return this.add({ type: 'cell_restored', cellId });
  }
  move(cellId: string, afterCellId: string | null): this {
    return this.add({ type: 'cell_moved', cellId, afterCellId });
  }
  get stale(): string {
    return [...staleCells(this.events).keys()].sort().join(' ');
  }
}

/** 4 uses what 2 sets, 5 what 4 sets; 3 stands alone. */
const chain = (): Notebook =>
  new Notebook()
    .cell('1', '-> df')
    .cell('2', 'df -> clean')
    .cell('3', 'df -> count')
    .cell('4', 'clean -> model')
    .cell('5', 'model -> ');

describe('stale cells', () => {
  it('are none when all ran in order', () => {
    assert.equal(chain().stale, '');
  });

  it('are those that follow from a cell that ran anew, and no others', () => {
    const after = chain().again('2');
    assert.equal(after.stale, '4 5');
    assert.deepEqual(staleCells(after.events).get('4'), { kind: 'names', names: ['clean'] });
    assert.deepEqual(staleCells(after.events).get('5'), { kind: 'names', names: ['model'] });
    assert.equal(chain().again('1').stale, '2 3 4 5');
    assert.equal(chain().again('5').stale, '');
    assert.equal(chain().again('2').again('4').stale, '5');
    assert.equal(chain().again('2').again('4', '5').stale, '');
  });

  it('are the edited one and those that depend on it, until it is as it ran', () => {
    const edited = chain().edit('2', 'other');
    assert.equal(edited.stale, '2 4 5');
    assert.deepEqual(staleCells(edited.events).get('2'), { kind: 'edited' });
    assert.equal(edited.edit('2', 'df -> clean').stale, '');
    assert.equal(chain().edit('2', 'other').run('2', 'df -> clean').again('4').stale, '5');
  });

  it('are those that depend on a deleted cell, until it is back or they ran without it', () => {
    assert.equal(chain().delete('2').stale, '4 5');
    assert.equal(chain().delete('2').restore('2').stale, '');
    assert.equal(chain().delete('2').again('4').stale, '5');
    assert.equal(chain().delete('4').stale, '5');
    assert.equal(chain().delete('5').stale, '');
  });

  it('knows that a cell which no longer sets a name has changed it, too', () => {
    assert.equal(chain().run('2', 'df -> cleaner').stale, '4 5');
    assert.equal(chain().run('2', 'df -> cleaner').again('4', '5').stale, '');
  });

  it('follows a name through the cells that change it in place', () => {
    const mutated = (): Notebook =>
      new Notebook().cell('1', '-> df').cell('2', 'df -> df').cell('3', 'df -> ').cell('4', '-> other');
    assert.equal(mutated().again('1').stale, '2 3');
    assert.equal(mutated().again('2').stale, '3');
    assert.equal(mutated().again('1', '2', '3').stale, '');
  });

  it('lets a cell that puts a name back run again with those that need it', () => {
    const twice = new Notebook().cell('1', '-> x').cell('2', 'x -> ').cell('3', '-> x').cell('4', 'x -> ');
    twice.again('1');
    assert.equal(twice.stale, '2 3 4');
    assert.deepEqual(staleCells(twice.events).get('3'), { kind: 'overwritten', names: ['x'] });
    assert.equal(twice.again('2', '3', '4').stale, '');
    const own = new Notebook().cell('1', '-> x').cell('2', '-> x');
    assert.equal(own.again('1').stale, '', 'nobody needs it');
  });

  it('are only cells that follow in the order of the notebook', () => {
    assert.equal(new Notebook().cell('1', 'x -> ').cell('2', '-> x').again('2').stale, '');
    assert.equal(chain().move('4', null).again('2').stale, '');
    assert.equal(chain().move('1', '5').again('1').stale, '');
  });

  it('takes the same import for the same module, and another one for a change', () => {
    const imported = (code: string, ...imports: string[]) =>
      new Notebook()
        .cell('1', '-> pd df', 'python', imports)
        .cell('2', 'pd -> ')
        .cell('3', 'df -> ')
        .run('1', code, imports);
    assert.equal(imported('-> pd df', 'pd').stale, '3');
    assert.equal(imported('-> pd  df', 'pd').stale, '2 3');
    assert.equal(imported('-> pd df').stale, '2 3');
  });

  it('does not mix the names of two languages', () => {
    const two = new Notebook().cell('1', '-> x').cell('2', 'x -> ', 'javascript');
    assert.equal(two.again('1').stale, '');
  });

  it('keeps its facts as they are for what changes none', () => {
    const facts = factsAfter(NO_FACTS, chain().events);
    const text: SessionEvent = { type: 'text', turnId: 't1', blockId: 'b', delta: 'x', seq: 99, at: 0 };
    assert.equal(factsAfter(facts, [text]), facts);
    assert.equal(
      factsAfter(facts, [{ type: 'cell_names', cellId: 'x', uses: [], sets: [], seq: 99, at: 0 }]),
      facts,
    );
  });
});
