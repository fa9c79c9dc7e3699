/** The create request of a proxy's container: as locked up as the sandbox, with an interface instead of files. */
import { labelsOf, LOCKED_UP, WITHOUT_TERMINAL, type ContainerIds } from '../containerSpec.ts';
import type { CreateOptions } from '../docker.ts';
import { ROLE_LABEL } from '../labels.ts';
import { DOOR, PROXY_PROGRAM } from '../policy.ts';
import type { ProxyFiles } from './proxyFiles.ts';

const MIB = 1024 * 1024;

/** @param network of the engine, through which the proxy dials. */
export function proxySpec(ids: ContainerIds, files: ProxyFiles, network: string): CreateOptions {
  return {
    name: ids.proxyName,
    Image: ids.image.reference,
    Hostname: 'proxy',
    // Whoever the sandbox runs as, this is somebody of the image.
    User: '1000:1000',
    WorkingDir: '/',
    Cmd: ['python3', '-I', PROXY_PROGRAM],
    Env: [`CI_PROXY=${JSON.stringify(files)}`],
    Labels: { ...labelsOf(ids), [ROLE_LABEL]: 'proxy' },
    ...WITHOUT_TERMINAL,
    HostConfig: {
      ...LOCKED_UP,
      NetworkMode: network,
      // Resolver and proxy listen on its own loopback only; nothing outside has a way in.
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv6.conf.all.disable_ipv6': '1' },
      PidsLimit: 512,
      Memory: 512 * MIB,
      MemorySwap: 512 * MIB,
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'nofile', Soft: 4096, Hard: 4096 },
      ],
      Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=33554432,mode=1777' },
      Mounts: [{ Type: 'volume', Source: ids.doorName, Target: DOOR, ReadOnly: false }],
    },
  };
}
