"""What the container's control group says: its limits, and how often they were reached (version 2, then version 1)."""

import contextlib

ROOT = "/sys/fs/cgroup"
#: Version 1 says "no limit" with a number near the largest there is.
NO_LIMIT = 1 << 60
#: What the engine sets.
PERIOD_S = 0.1


def _lines(*names: str) -> list[str]:
    """The lines of the first of these files that can be read."""
    for name in names:
        with contextlib.suppress(OSError), open(f"{ROOT}/{name}") as file:
            return file.read().splitlines()
    return []


def _counter(key: str, *names: str) -> int:
    """A number in a file of `key number` lines; 0 where it is not told."""
    for line in _lines(*names):
        name, _, value = line.partition(" ")
        if name == key and value.strip().isdigit():
            return int(value)
    return 0


def _limit(*names: str) -> int | None:
    lines = _lines(*names)
    value = lines[0].strip() if lines else ""
    return int(value) if value.isdigit() and int(value) < NO_LIMIT else None


def oom_kills() -> int:
    """How many processes of this container the memory limit has killed so far."""
    return _counter("oom_kill", "memory.events", "memory/memory.oom_control")


def forks_refused() -> int:
    """How often no process or thread could be started because there were as many as there may be."""
    return _counter("max", "pids.events", "pids/pids.events")


def throttled_periods() -> int:
    """In how many periods (of PERIOD_S) all processor time was used up so far."""
    return _counter("nr_throttled", "cpu.stat", "cpu/cpu.stat")


def memory_bytes() -> int | None:
    return _limit("memory.max", "memory/memory.limit_in_bytes")


def memory_left() -> int | None:
    """Bytes until something is killed; what only keeps files at hand is given back before. None: there is no limit."""
    limit = memory_bytes()
    used = _limit("memory.current", "memory/memory.usage_in_bytes")
    if limit is None or used is None:
        return None
    kept = sum(_counter(key, "memory.stat", "memory/memory.stat") for key in ("active_file", "inactive_file"))
    return max(0, limit - used + kept)


def processes() -> int | None:
    return _limit("pids.max", "pids/pids.max")


def processes_now() -> int:
    lines = _lines("pids.current", "pids/pids.current")
    return int(lines[0]) if lines and lines[0].isdigit() else 0


def cpus() -> float | None:
    lines = _lines("cpu.max")
    quota, _, period = (lines[0] if lines else "").partition(" ")
    if not lines:
        quota = "".join(_lines("cpu/cpu.cfs_quota_us")[:1])
        period = "".join(_lines("cpu/cpu.cfs_period_us")[:1])
    if not quota.isdigit() or not period.strip().isdigit() or int(period) == 0:
        return None
    return round(int(quota) / int(period), 2)
