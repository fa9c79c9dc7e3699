export function modulesMatchLockfile(folder: string): boolean;
