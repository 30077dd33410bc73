"""Start processes so that they cannot outlive us, and find those that did."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def service_user() -> pwd.struct_passwd | None:
    """Return who runs PostgreSQL and Valkey: as root nobody, since PostgreSQL refuses root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def as_service_user() -> dict[str, Any]:
    """Return the arguments that make subprocess start a command as the services' user."""
    user = service_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def hand_over(path: Path) -> None:
    """Give a path to the services' user."""
    user = service_user()
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)


def run_as_service_user(
    command: Sequence[str | Path], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a short command as the services' user, out of reach of the terminal's Ctrl-C."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        **as_service_user(),
    )


def dying_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a child does first so that it is told when we are killed; Linux only."""
    if LIBC is None:
        return None
    parent, prctl = os.getpid(), LIBC.prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:
            os._exit(1)

    return tie


def birth(pid: int) -> str:
    """Return when a process began, so that a reused pid is not taken for it; empty if gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "" if LIBC else ask_ps(pid, "lstart=")
    state, started = fields[0], fields[19]
    return "" if state == "Z" else started


def command_line(pid: int) -> str:
    """Return the command line of a process; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return "" if LIBC else ask_ps(pid, "command=")


def ask_ps(pid: int, column: str) -> str:
    """Ask ps for one column, where there is no /proc."""
    ps = shutil.which("ps")
    if not ps:
        return ""
    command = [ps, "-o", column, "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def is_reachable(path: Path) -> bool:
    """Tell whether the services' user can run a program where it lies."""
    return service_user() is None or all(
        folder.stat().st_mode & 0o001 for folder in (path.resolve(), *path.resolve().parents)
    )
