/** A kernel that looks first whether it may run anything. */
import type { Kernel } from '../kernel/kernel.ts';

/** @param check before each cell, edit and look into files; throws a Failure when nothing may run. */
export function guardKernel(kernel: Kernel, check: () => Promise<void>): Kernel {
  return {
    execute: async (request, onOutput, signal, onStarted) => {
      await check();
      return kernel.execute(request, onOutput, signal, onStarted);
    },
    edit: async (request, signal) => {
      await check();
      return kernel.edit(request, signal);
    },
    schemas: async (request, signal) => {
      await check();
      return kernel.schemas(request, signal);
    },
    install: async (request, signal) => {
      await check();
      return kernel.install(request, signal);
    },
    // Nothing new is run, and a look must not replace what is looked at.
    query: async (request, signal) => kernel.query(request, signal),
    interrupt: async () => kernel.interrupt(),
    restart: async () => kernel.restart(),
  };
}
