import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerStopped } from '../../../src/failures.ts';
import { EngineWatch, sleep } from '../../../src/host/engineWait.ts';

/** An engine that can be switched on, and a watch that looks every few milliseconds. */
function world(present: boolean) {
  const engine = { present, looks: 0 };
  const heard: string[] = [];
  const watch = new EngineWatch(
    async () => {
      engine.looks += 1;
      await sleep(1);
      if (!engine.present) throw dockerStopped('/sock');
    },
    (state) => heard.push(state),
    5,
  );
  return { engine, heard, watch };
}

const until = async (condition: () => boolean): Promise<void> => {
  for (let n = 0; !condition(); n++) {
    if (n > 400) throw new Error('it did not happen');
    await sleep(5);
  }
};

describe('watching for the engine', () => {
  it('does not look before somebody can see the panel', async () => {
    const { engine, watch } = world(true);
    await sleep(30);
    assert.equal(engine.looks, 0);
    watch.dispose();
  });

  it('looks once when all is well, and says so', async () => {
    const { engine, heard, watch } = world(true);
    watch.setWanted(true);
    await until(() => heard.length > 0);
    await sleep(40);
    assert.deepEqual([engine.looks, heard], [1, ['present']]);
    watch.dispose();
  });

  it('keeps looking while the engine is absent, and recovers by itself', async () => {
    const { engine, heard, watch } = world(false);
    watch.setWanted(true);
    await until(() => engine.looks > 3);
    assert.deepEqual(heard, ['absent']);
    assert.equal(watch.failure?.code, 'docker-stopped');
    engine.present = true;
    await until(() => heard.includes('present'));
    assert.equal(watch.failure, null);
    assert.deepEqual(heard, ['absent', 'present']);
    watch.dispose();
  });

  it('stops looking when the panel is hidden', async () => {
    const { engine, watch } = world(false);
    watch.setWanted(true);
    await until(() => engine.looks > 1);
    watch.setWanted(false);
    await sleep(20);
    const looks = engine.looks;
    await sleep(60);
    assert.equal(engine.looks, looks);
    watch.dispose();
  });

  it("takes over from a turn's own finding, both ways", async () => {
    const { heard, watch, engine } = world(true);
    watch.setWanted(true);
    await until(() => heard.length === 1);
    engine.present = false;
    watch.lost(dockerStopped('/sock'));
    watch.lost(dockerStopped('/sock'));
    engine.present = true;
    await until(() => heard.length === 3);
    assert.deepEqual(heard, ['present', 'absent', 'present']);
    watch.dispose();
  });
});
