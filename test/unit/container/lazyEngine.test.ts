import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

describe('the Docker client library', () => {
  it('is loaded with the first connection, not with the module', () => {
    const module = fileURLToPath(new URL('../../../src/container/dockerSandbox.ts', import.meta.url));
    const script = `
      const loaded = () => Object.keys(require.cache).some((file) => /node_modules.(dockerode|docker-modem)/.test(file));
      const { checkEngine } = require(${JSON.stringify(module)});
      const before = loaded();
      checkEngine({ host: 'unix:///nowhere' }).catch(() => console.log(JSON.stringify([before, loaded()])));
    `;
    const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(output), [false, true]);
  });
});
