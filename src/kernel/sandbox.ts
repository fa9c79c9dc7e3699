/** The sandbox as the session sees it: one container (today), its kernel, and its files. */
import type { Readable } from 'node:stream';
import type { Hidden } from '../shared/hidden.ts';
import type { NetworkAttempt, NetworkRule } from '../shared/network.ts';
import type { Kernel } from './kernel.ts';
import type { Said } from '../shared/l10n.ts';

/** What the image says about itself; introspected when the image is built (`/opt/code-interpreter/manifest.json`). */
export interface Manifest {
  /** Version of the language, e.g. `3.14.7`. */
  python: string;
  node: string;
  /** Name → version of the packages that can be imported or required. */
  pythonPackages: Record<string, string>;
  nodePackages: Record<string, string>;
  /** Command → version. */
  tools: Record<string, string>;
  fonts: string[];
  /** URLs that pip and npm load from when nobody says otherwise; absent: an image without them. */
  packageIndexes?: PackageIndexes | undefined;
}

export interface PackageIndexes {
  pip: string[];
  npm: string[];
}

export interface SandboxFacts {
  manifest: Manifest;
  /** Folders or files of the user as the code sees them: container path → host path. */
  mounts: { target: string; source: string }[];
  memoryBytes: number;
  cpus: number;
  /** False: the network cannot be opened here, by no rule (gVisor, an image without the proxy). */
  canOpenNetwork: boolean;
  /** Why what was to be open from the start is not: a sentence for the user. */
  networkProblem?: string;
  /** As the engine calls it: `runc`, `runsc`. */
  runtime: string;
  /** Why this one: a phrase for the user. */
  runtimeWhy?: string;
  /** Absent: not looked for. */
  hidden?: Hidden;
  /** Image reference in use. */
  image: string;
}

/** What is open. No rules: nothing is, and no proxy runs. */
export interface Network {
  rules: readonly NetworkRule[];
  /** Certificates (PEM) that code in the sandbox trusts besides the public ones; null: none. */
  certificates: string | null;
  /** The company's own proxy, `http://host:port`, through which everything goes; null: none. */
  parentProxy: string | null;
}

export const CLOSED: Network = { rules: [], certificates: null, parentProxy: null };

export interface Progress {
  /** One line for the user: "Building the sandbox image, step 3 of 14". */
  message: string;
  /** 1-based, when known. */
  step?: number;
  steps?: number;
}

export interface Sandbox {
  /**
   * Makes the sandbox ready (builds the image if needed, creates and starts the container, waits for the
   * bridge). Idempotent; concurrent calls share one start.
   * @throws Failure (`failures.ts`) with the sentence and remedy for the user.
   */
  start(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts>;
  /** Only valid after `start`. */
  readonly kernel: Kernel;
  /** Bytes of a regular file below `/outputs`; the name is one from a cell's artifacts. */
  readArtifact(name: string, limitBytes: number): Promise<Readable>;
  /** Throws the container away and starts a new one: variables and `/outputs` are gone. */
  reset(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts>;
  /** Removes container and volume. Idempotent; never throws. */
  dispose(): Promise<void>;
  /**
   * Opens exactly this from now on, in this container and in those after it; connections under way may break.
   * Variables and files stay. Calls are done one after the other.
   * @throws Failure `network-…`; nothing is open then.
   */
  setNetwork(network: Network): Promise<void>;
  /** Called for each attempt of code to reach something, when it has ended. */
  onAttempt(listener: (attempt: NetworkAttempt) => void): void;
  /** Called when the container went away by itself (killed, daemon lost); the next `start` makes a new one. */
  onLost(listener: (sentence: Said) => void): void;
}
