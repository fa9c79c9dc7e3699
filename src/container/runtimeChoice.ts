/** What the user can set as the runtime. In a file of its own: settings are read at activation, Docker is not loaded then. */
export const RUNTIME_CHOICES = ['auto', 'runc', 'runsc'] as const;
export type RuntimeChoice = (typeof RUNTIME_CHOICES)[number];

/** By the engine's name for a runtime. */
export const isGvisor = (name: string): boolean => /^runsc(?:-|$)/.test(name);
