import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Item } from '../../../webview/state.ts';
import { GROUP_ITEMS, Grouping, type Group } from '../../../webview/view/groups.ts';

const item = (key: number): Item => ({ kind: 'notice', key, level: 'info', text: `Message ${String(key)}` });
const items = (count: number): Item[] => Array.from({ length: count }, (_, n) => item(n * 10));
const groupOf = (groups: readonly Group[], key: number): number | undefined =>
  groups.find((group) => group.items.some((one) => one.key === key))?.id;

describe('groups of messages', () => {
  it('hold every message once, in order, and know where they begin', () => {
    const all = items(200);
    const groups = new Grouping().of(all);
    assert.deepEqual(
      groups.flatMap((group) => group.items),
      all,
    );
    assert.ok(groups.every((group) => group.items.length <= GROUP_ITEMS));
    assert.ok(groups.length <= Math.ceil(200 / GROUP_ITEMS));
    for (const { start, items: own } of groups) assert.equal(all[start], own[0]);
  });

  it('are the same objects where nothing changed, though messages come at the end', () => {
    const grouping = new Grouping();
    const all = items(100);
    const before = grouping.of(all);
    assert.equal(grouping.of(all), before);
    const after = grouping.of([...all, item(5000), item(5010)]);
    assert.deepEqual(
      after.slice(0, 3).map((group, n) => group === before[n]),
      [true, true, true],
    );
    assert.equal(after.at(-1)?.items.at(-1)?.key, 5010);
  });

  it('keep each message where it was when one comes or goes between them', () => {
    const grouping = new Grouping();
    const all = items(160);
    const before = grouping.of(all);
    const homes = new Map(all.map(({ key }) => [key, groupOf(before, key)]));
    const more = all.toSpliced(40, 0, item(7001)).toSpliced(33, 0, item(7002)).toSpliced(0, 0, item(7003));
    const after = grouping.of(more);
    assert.deepEqual(
      after.flatMap((group) => group.items),
      more,
    );
    for (const { key } of all) assert.equal(groupOf(after, key), homes.get(key), `message ${String(key)}`);
    const fewer = more.filter(({ key }) => key % 50 !== 0);
    const last = grouping.of(fewer);
    assert.deepEqual(
      last.flatMap((group) => group.items),
      fewer,
    );
    for (const { key } of fewer) assert.equal(groupOf(last, key), groupOf(after, key));
    assert.equal(new Set(last.map(({ id }) => id)).size, last.length);
  });

  it('have names of their own, also when a message comes back elsewhere', () => {
    const grouping = new Grouping();
    const all = items(100);
    grouping.of(all);
    const moved = [...all.slice(1, 90), all[0] ?? item(1), ...all.slice(90)];
    const after = grouping.of(moved);
    assert.deepEqual(
      after.flatMap((group) => group.items),
      moved,
    );
    assert.equal(new Set(after.map(({ id }) => id)).size, after.length);
  });
});
