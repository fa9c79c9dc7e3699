export function ensureSandboxRuntime(): Promise<{ folder: string; node: string; entry: string }>;
