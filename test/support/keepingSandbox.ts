import type { Sandbox } from '../../src/kernel/sandbox.ts';

/** The same sandbox for many sessions: it outlives each. */
export const keeping = (sandbox: Sandbox): Sandbox => ({
  start: async (onProgress, signal) => sandbox.start(onProgress, signal),
  get kernel() {
    return sandbox.kernel;
  },
  readArtifact: async (name, limitBytes) => sandbox.readArtifact(name, limitBytes),
  reset: async (onProgress, signal) => sandbox.reset(onProgress, signal),
  dispose: async () => Promise.resolve(),
  onLost: (listener) => sandbox.onLost(listener),
  setNetwork: async (network) => sandbox.setNetwork(network),
  onAttempt: (listener) => sandbox.onAttempt(listener),
});
