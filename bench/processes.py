"""What processes use: processor time and memory of a process with all its descendants."""

import contextlib
import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def cpu_seconds(pid: int) -> float:
    """Return user and system seconds of a process tree, children that ended included."""
    return sum(_spent(each) for each in tree(pid))


def pss_megabytes(pid: int) -> float:
    """Return the proportional set size of a process tree: shared pages are counted once."""
    return sum(pss_of_each(pid))


def pss_of_each(pid: int) -> list[float]:
    """Return the megabytes of each process of a tree, the first one first."""
    return [_pss(each) / 1024 for each in tree(pid)]


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants, as far as they live."""
    found, at = [pid], 0
    while at < len(found):
        children = PROC / str(found[at]) / "task" / str(found[at]) / "children"
        with contextlib.suppress(OSError):  # it ended while we looked
            found += [int(child) for child in children.read_text().split()]
        at += 1
    return found


def _spent(pid: int) -> float:
    """Add up what its threads ran, to the nanosecond, and its ended children, to the tick."""
    try:
        ended = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[13:15]
        threads = [path.read_text() for path in (PROC / str(pid) / "task").glob("*/schedstat")]
    except OSError:
        return 0.0
    ran = sum(int(thread.split()[0]) for thread in threads)
    return ran / 1e9 + sum(map(int, ended)) / TICKS


def _pss(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
