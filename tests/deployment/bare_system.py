"""A bare Debian in a folder, in which the commands of docs/deploy.md are given one by one."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
HEADING = re.compile(r"^## (\d+)\. .*$", re.M)
MOUNTS = ("proc", "dev", "sys")
# What no folder can have: a name on the internet that a certificate authority finds.
NEEDS_THE_WORLD = ("certbot",)
PACKAGES, FETCHING = "1", {"1", "2"}
READY_MADE = "BARE_DEBIAN"  # names a folder that debootstrap made, to be copied
STAND_IN = Path(__file__).with_name("systemctl.sh")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass
class Step:
    """One block of the guide: its section, its commands, and what became of them."""

    section: str
    commands: str
    seconds: float = 0.0
    status: int | None = None
    output: str = ""

    @property
    def name(self) -> str:
        return f"{self.section}. {self.commands.splitlines()[0][:70]}"

    @property
    def reason_not_to_run(self) -> str:
        if self.commands.startswith(NEEDS_THE_WORLD):
            return "needs a public name and a certificate authority"
        return ""


def steps_of(guide: str) -> list[Step]:
    """Return the blocks of commands of a guide, in order."""
    headings = [(found.start(), found[1]) for found in HEADING.finditer(guide)]
    return [
        Step(
            section=next((n for start, n in reversed(headings) if start < block.start()), "0"),
            commands=block[1],
        )
        for block in BLOCK.finditer(guide)
    ]


@dataclass
class BareSystem:
    """A Debian with nothing but what every Debian has."""

    root: Path
    network: subprocess.Popen[bytes] | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def make(self) -> None:
        began = time.monotonic()
        if READY_MADE in os.environ:
            subprocess.run(["cp", "-a", os.environ[READY_MADE], self.root], check=True)
            return
        command = ["debootstrap", "--variant=minbase", SUITE, str(self.root), MIRROR]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.seconds["the bare system"] = time.monotonic() - began

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Mount what programs look for; end everything that was started inside, and unmount."""
        # A network of its own, where no port is taken; what is fetched comes over this machine's.
        self.network = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        time.sleep(1)
        subprocess.run([*self.inside, "ip", "link", "set", "lo", "up"], check=True)
        try:
            for name in MOUNTS:
                subprocess.run(["mount", "--rbind", f"/{name}", self.root / name], check=True)
                subprocess.run(["mount", "--make-rslave", self.root / name], check=True)
            yield
        finally:
            self.end_processes()
            self.network.kill()
            self.network.wait()
            for name in reversed(MOUNTS):
                subprocess.run(["umount", "-R", "-l", self.root / name], check=False)

    def end_processes(self) -> None:
        """End the processes that have this folder as their root."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, ValueError):
                    if Path(os.readlink(process / "root")) == self.root:
                        os.kill(int(process.name), number)
            time.sleep(2)

    def furnish(self, code: Path) -> None:
        """Add what a council's own machine would have: name servers, its certificates, the code.

        Debian's systemd cannot run in a folder, so a script stands in for `systemctl`.
        """
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (self.root / "usr/sbin/policy-rc.d").chmod(0o755)
        shutil.copy(STAND_IN, self.root / "usr/local/bin/systemctl")
        (self.root / "usr/local/bin/systemctl").chmod(0o755)
        if CERTIFICATES.exists():
            shutil.copy(CERTIFICATES, self.root / "etc/house.crt")
            (self.root / "etc/pip.conf").write_text("[global]\ncert = /etc/house.crt\n")
        subprocess.run(
            ["git", "clone", "--quiet", "--bare", "--no-hardlinks", code, self.root / "srv/copy"],
            check=True,
        )
        config = "[safe]\n\tdirectory = *\n"  # the copy lies here, and not on another machine
        (self.root / "etc/gitconfig").write_text(config)

    @property
    def inside(self) -> list[str]:
        """Return how a command is given inside the system's own network."""
        assert self.network is not None
        return ["nsenter", f"--net=/proc/{self.network.pid}/ns/net"]

    def run(self, commands: str, *, fetches: bool = False) -> tuple[int, str]:
        """Give commands to a login shell of root, which stops at the first that fails."""
        done = subprocess.run(
            [
                *([] if fetches else self.inside),
                "chroot",
                self.root,
                "/usr/bin/env",
                "-i",
                *ENVIRONMENT,
                "bash",
                "-lec",
                commands,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=1200,
            check=False,
        )
        return done.returncode, done.stdout

    def follow(self, step: Step) -> None:
        began = time.monotonic()
        step.status, step.output = self.run(step.commands, fetches=step.section in FETCHING)
        if step.section == PACKAGES and not step.status:
            # A Debian with systemd has started what it installed.
            step.status, output = self.run("systemctl start postgresql redis-server nginx")
            step.output += output
        step.seconds = time.monotonic() - began


ENVIRONMENT = [
    "HOME=/root",
    "USER=root",
    "LANG=C.UTF-8",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "DEBIAN_FRONTEND=noninteractive",
]
