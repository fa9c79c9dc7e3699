import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SECOND_PRESS_MS, StopPresses } from '../../../src/shared/stopPresses.ts';

describe('presses of the key for Stop', () => {
  it('the second one after a moment is by force', () => {
    const presses = new StopPresses();
    assert.equal(presses.press(false, 0), false);
    assert.equal(presses.press(true, SECOND_PRESS_MS), true);
  });

  it('a key that is held down is one press, however long', () => {
    const presses = new StopPresses();
    for (let at = 0; at < 5000; at += 30) assert.equal(presses.press(at > 0, at), false);
    assert.equal(presses.press(true, 5000 + SECOND_PRESS_MS), true);
  });

  it('a press that nothing has heard does not count as the first', () => {
    const presses = new StopPresses();
    presses.press(false, 0);
    assert.equal(presses.press(false, 2000), false);
  });
});
