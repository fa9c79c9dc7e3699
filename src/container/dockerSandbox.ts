/** One sandbox on a Docker engine: image, volume, container, bridge; from start to removal. */
import { type Sandbox } from '../kernel/sandbox.ts';
import type { HostMount, Limits } from './policy.ts';
import type { ImageSource } from './image.ts';
import type { DockerAddress } from './engineAddress.ts';

export { containerPathOf } from './mounts.ts';

export interface SandboxOptions {
  sessionId: string;
  mounts: HostMount[];
  limits: Limits;
  image: ImageSource;
  docker: DockerAddress;
  log(line: string): void;
}

export function createDockerSandbox(options: SandboxOptions): Sandbox {
  throw new Error(`not yet: ${options.sessionId}`);
}
