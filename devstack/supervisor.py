"""Start children, show what they say, and stop them in order."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Self

from devstack.console import ROOT, Trouble, say
from devstack.processes import as_service_user, birth, dying_with_parent
from devstack.state import read_json, write_private

FOREGROUND_GRACE = 5.0


class Interrupted(Exception):
    """Somebody asked us to stop; carries the signal."""


@dataclass(frozen=True)
class Program:
    """What to start, and how it likes to be stopped."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path = ROOT
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    is_service: bool = False
    log: Path | None = None
    descriptors: tuple[int, ...] = ()


@dataclass
class Child:
    """A program that was started."""

    program: Program
    process: subprocess.Popen[bytes]
    unfinished_line: bytes = field(default=b"", repr=False)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


class Supervisor:
    """Owns all children of one command, from the first start to the last stop."""

    def __init__(self, pids: Path) -> None:
        self.pids = pids
        self.children: list[Child] = []
        self.received: signal.Signals | None = None
        self.selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            ignored = signal.getsignal(number) == signal.SIG_IGN
            if not (number == signal.SIGHUP and ignored):  # nohup asked for that
                signal.signal(number, self.receive)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.selector.close()

    def receive(self, number: int, _: FrameType | None) -> None:
        """Note a signal; the loops look at it where they can stop cleanly."""
        self.received = signal.Signals(number)

    def start(self, program: Program) -> Child:
        """Start a program in a session of its own."""
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(program.log.open("wb")) if program.log else None
            process = subprocess.Popen(
                [str(part) for part in program.command],
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=log or subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=program.descriptors,
                preexec_fn=dying_with_parent(program.stop_signal),
                **(as_service_user() if program.is_service else {}),
            )
        child = Child(program, process)
        self.children.append(child)
        self.note_pids()
        if process.stdout:
            os.set_blocking(process.stdout.fileno(), False)
            self.selector.register(process.stdout, selectors.EVENT_READ, child)
        return child

    def run(self, program: Program) -> int:
        """Run a program to its end and return its exit status."""
        return self.finish(self.start(program))

    def finish(self, child: Child) -> int:
        """Wait for the end of a child that is to end by itself, and return its exit status."""
        while child.is_running:
            self.wait(0.05)
        self.forget(child)
        return child.process.returncode

    def run_in_foreground(self, program: Program) -> int:
        """Run a program with our own terminal, hand signals on, and return its exit status."""
        shares_terminal = is_in_terminal_foreground()
        process = subprocess.Popen(
            [str(part) for part in program.command],
            env=dict(program.environment),
            cwd=program.folder,
            process_group=None if shares_terminal else 0,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
        requests = 0
        next_request = 0.0
        while process.poll() is None:
            if shares_terminal and self.received == signal.SIGINT:
                self.received = None  # the program has had it too, and may carry on: a shell does
            elif self.received and time.monotonic() > next_request:
                # Python can lose an interrupt that comes while it cleans up, so it is repeated.
                process.send_signal(program.stop_signal if requests < 3 else signal.SIGKILL)
                requests += 1
                next_request = time.monotonic() + FOREGROUND_GRACE
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
        status = process.returncode
        return status if status >= 0 else 128 - status

    def watch(self) -> None:
        """Show output until somebody asks us to stop or a child ends by itself."""
        while True:
            self.wait(0.2)
            self.check()

    def check(self) -> None:
        """Complain of a child that has ended by itself."""
        for child in self.children:
            if not child.is_running:
                self.show_output(0)
                raise Trouble(f"{ended(child)}; stopping the rest")

    def wait(self, seconds: float) -> None:
        """Show output for at most so long; raise Interrupted where a signal has come."""
        if self.received:
            raise Interrupted(self.received)
        self.show_output(seconds)

    def show_output(self, seconds: float) -> None:
        """Pass on what children have said, waiting at most so long for something."""
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self.selector.select(seconds):
            self.read(key.data)

    def read(self, child: Child) -> None:
        """Pass on the full lines that a child has said."""
        pipe = child.process.stdout
        if pipe is None:
            return
        try:
            said = os.read(pipe.fileno(), 65536)
        except BlockingIOError:
            return
        if not said:
            self.selector.unregister(pipe)
            pipe.close()
            child.process.stdout = None
        *lines, child.unfinished_line = (child.unfinished_line + said).split(b"\n")
        if not said and child.unfinished_line:
            lines.append(child.unfinished_line)
            child.unfinished_line = b""
        for line in lines:
            last_state = line.rstrip(b"\r").rpartition(b"\r")[2]  # of a line that counts upwards
            say(last_state.decode(errors="replace").rstrip(), child.name)

    def forget(self, child: Child) -> None:
        """Show a finished child's last words and drop it."""
        while child.process.stdout and self.selector.select(0):
            self.show_output(0)
        if child.process.stdout:  # a grandchild still holds the pipe
            self.selector.unregister(child.process.stdout)
            child.process.stdout.close()
        self.children.remove(child)
        self.note_pids()

    def stop(self) -> None:
        """Stop the site's processes first, then the services they lean on."""
        for is_service in (False, True):
            self.stop_all([c for c in self.children if c.program.is_service == is_service])
        self.pids.unlink(missing_ok=True)

    def stop_all(self, children: Sequence[Child]) -> None:
        """Ask children to stop, wait for each as long as it may take, then kill its group."""
        for child in children:
            if child.is_running:
                child.process.send_signal(child.program.stop_signal)
        began = time.monotonic()
        waiting = list(children)
        while waiting:
            for child in list(waiting):
                if child.is_running and time.monotonic() - began > child.program.grace:
                    say(f"{child.name} did not stop in {child.program.grace:.0f} s; killing it")
                    kill_group(child.process.pid)
                    child.process.wait()
                if not child.is_running:
                    kill_group(child.process.pid)  # what it may have left of its own children
                    self.forget(child)
                    waiting.remove(child)
            if waiting:
                self.show_output(0.05)

    def note_pids(self) -> None:
        """Write down who runs, for the next start to find what a kill left over."""
        running = [
            {
                "name": child.name,
                "pid": child.process.pid,
                "birth": birth(child.process.pid),
                "signal": int(child.program.stop_signal),
            }
            for child in self.children
        ]
        write_private(self.pids, json.dumps(running))


def stop_left_overs(pids: Path) -> None:
    """Stop what an earlier start that was killed has left running."""
    left_overs = find_left_overs(pids)
    for left_over in left_overs:
        say(f"stopping {left_over['name']} (pid {left_over['pid']}), left over from a killed start")
        with contextlib.suppress(ProcessLookupError):
            os.kill(left_over["pid"], left_over["signal"])
    deadline = time.monotonic() + 10
    while find_left_overs(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    for left_over in find_left_overs(pids):
        kill_group(left_over["pid"])
    pids.unlink(missing_ok=True)


def find_left_overs(pids: Path) -> list[dict[str, Any]]:
    """Return the noted processes that still run and are not others with a reused pid."""
    try:
        noted = read_json(pids.read_text()) or []
    except OSError:
        return []
    return [entry for entry in noted if entry["birth"] and birth(entry["pid"]) == entry["birth"]]


def kill_group(pid: int) -> None:
    """Kill a process group, if anything of it is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def ended(child: Child) -> str:
    """Say how a child ended."""
    status = child.process.returncode
    how = f"with status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
    where = f" (its log is {child.program.log})" if child.program.log else ""
    return f"{child.name} ended {how}{where}"


def is_in_terminal_foreground() -> bool:
    """Tell whether a Ctrl-C of the terminal reaches our children without our help."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
