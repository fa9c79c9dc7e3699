/** Policy, paths and ids in; the whole create request out. Pure, and compared with a golden file by a test. */
import type { CreateOptions } from './docker.ts';
import { OWNER_LABEL, SESSION_LABEL, IMAGE_LABEL } from './labels.ts';
import { maskMounts, type Mask } from './masks.ts';
import type { ResolvedMount } from './mounts.ts';
import { DOOR, DOOR_ADDRESS, NETWORK, OUTPUTS, PACKAGES, type Limits } from './policy.ts';
import { isGvisor } from './runtimeChoice.ts';

const MIB = 1024 * 1024;
const OPEN_FILES = 4096;
const SHM_BYTES = 256 * MIB;

export interface ContainerIds {
  containerName: string;
  /** Of `/outputs`. */
  volumeName: string;
  /** Through which the proxy of this sandbox shares its socket. */
  doorName: string;
  /** Container of that proxy. */
  proxyName: string;
  /** Of `/packages`. */
  packagesName: string;
  owner: string;
  sessionId: string;
  /** Reference to run, and what its label says it was made from (empty for a foreign image). */
  image: { reference: string; tag: string };
  user: { uid: number; gid: number };
  /** As the engine calls it. */
  runtime: string;
}

type Ulimits = NonNullable<NonNullable<CreateOptions['HostConfig']>['Ulimits']>;

/** gVisor has many tasks of the host for one process of the sandbox, and keeps some for a while after its end. */
const GVISOR_TASKS = { each: 32, base: 256, most: 16_384 };

/**
 * The limit of processes. gVisor ends as a whole at the limit of its control group, which counts its own helpers: there
 * the user's limit holds inside, where gVisor counts by itself, and the group's leaves room. Elsewhere a user's processes
 * are counted on all of the machine, so that only the group's limit is of use.
 */
function processLimits(pids: number, runtime: string): { pidsLimit: number; ulimits: Ulimits } {
  if (!isGvisor(runtime)) return { pidsLimit: pids, ulimits: [] };
  const { each, base, most } = GVISOR_TASKS;
  return {
    pidsLimit: Math.max(Math.min(pids * each + base, most), pids),
    ulimits: [{ Name: 'nproc', Soft: pids, Hard: pids }],
  };
}

/** Labels of everything a session makes. */
export const labelsOf = ({ owner, sessionId, image }: ContainerIds): Record<string, string> => ({
  [OWNER_LABEL]: owner,
  [SESSION_LABEL]: sessionId,
  [IMAGE_LABEL]: image.tag,
});

/**
 * The user the code runs as: on Linux the host's own, who can read the workspace's files. Root becomes an
 * ordinary user; elsewhere the engine's virtual machine maps ids itself.
 */
export function userFor(host: { platform: NodeJS.Platform; uid: number; gid: number }): {
  uid: number;
  gid: number;
} {
  const usable = host.platform === 'linux' && host.uid > 0;
  return usable ? { uid: host.uid, gid: host.gid > 0 ? host.gid : host.uid } : { uid: 1000, gid: 1000 };
}

/** Of every container of ours. */
export const WITHOUT_TERMINAL = {
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  OpenStdin: false,
  Tty: false,
  StopTimeout: 1,
} satisfies CreateOptions;

/** Of every container of ours. */
export const LOCKED_UP = {
  ReadonlyRootfs: true,
  Privileged: false,
  CapDrop: ['ALL'],
  // No seccomp entry: the engine's default profile applies, and the running bridge reports that it does.
  SecurityOpt: ['no-new-privileges:true'],
  IpcMode: 'private',
  Init: true,
  OomScoreAdj: 500,
  // What the container prints would otherwise grow without limit in a log on the host.
  LogConfig: { Type: 'none', Config: {} },
  AutoRemove: false,
  RestartPolicy: { Name: 'no' },
} satisfies CreateOptions['HostConfig'];

/** What programs look at to find a proxy. There is always one in the container, if only to say that nothing is open. */
const PROXY_ENVIRONMENT = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map(
    (name) => `${name}=http://${DOOR_ADDRESS}`,
  ),
  ...['NO_PROXY', 'no_proxy'].map((name) => `${name}=localhost,127.0.0.1,::1`),
  'NODE_USE_ENV_PROXY=1',
];

/** The bridge makes one file of these and of the public ones, and names it to programs. */
const certificatesOf = (certificates: string | null): string[] =>
  certificates === null ? [] : [`CI_CERTIFICATES=${certificates}`];

export function containerSpec(
  limits: Limits,
  mounts: ResolvedMount[],
  ids: ContainerIds,
  masks: readonly Mask[] = [],
  {
    certificates = null,
    environment = {},
    workFolder = null,
  }: {
    certificates?: string | null;
    environment?: Readonly<Record<string, string>>;
    workFolder?: string | null;
  } = {},
): CreateOptions {
  const { pidsLimit, ulimits } = processLimits(limits.pids, ids.runtime);
  return {
    name: ids.containerName,
    Image: ids.image.reference,
    Hostname: 'sandbox',
    User: `${ids.user.uid}:${ids.user.gid}`,
    WorkingDir: OUTPUTS,
    Env: [
      `CI_OUTPUTS_LIMIT_BYTES=${limits.outputsBytes}`,
      ...PROXY_ENVIRONMENT,
      ...certificatesOf(certificates),
      ...(workFolder === null ? [] : [`CI_WORK_FOLDER=${workFolder}`]),
      ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ],
    Labels: labelsOf(ids),
    ...WITHOUT_TERMINAL,
    HostConfig: {
      ...LOCKED_UP,
      Runtime: ids.runtime,
      NetworkMode: NETWORK,
      PidsLimit: pidsLimit,
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      NanoCpus: Math.round(limits.cpus * 1e9),
      ShmSize: Math.min(SHM_BYTES, Math.floor(limits.memoryBytes / 4)),
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'nofile', Soft: OPEN_FILES, Hard: OPEN_FILES },
        { Name: 'fsize', Soft: limits.outputsBytes, Hard: limits.outputsBytes },
        ...ulimits,
      ],
      Tmpfs: {
        '/tmp': `rw,noexec,nosuid,nodev,size=${limits.tmpBytes},nr_inodes=${limits.tmpInodes},mode=1777`,
      },
      Mounts: [
        { Type: 'volume', Source: ids.volumeName, Target: OUTPUTS, ReadOnly: false },
        { Type: 'volume', Source: ids.doorName, Target: DOOR, ReadOnly: true },
        { Type: 'volume', Source: ids.packagesName, Target: PACKAGES, ReadOnly: false },
        ...mounts.map(({ source, target }) => ({
          Type: 'bind' as const,
          Source: source,
          Target: target,
          ReadOnly: true,
          // Read-only does not reach into mounts below the folder on every engine, so these stay outside.
          BindOptions: { Propagation: 'rprivate' as const, NonRecursive: true },
        })),
        ...maskMounts(masks),
      ],
    },
  };
}
