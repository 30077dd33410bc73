"""Keep what lasts from one start to the next, and know who is using it now."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from devstack.console import ROOT, Trouble, say
from devstack.processes import hand_over, service_user

# A path of a Unix socket may not pass about 100 bytes, so sockets never live in the checkout.
SOCKET_HOME = Path("/tmp")  # noqa: S108 - the folders made in it are private and of random name
THROW_AWAY_PREFIX = "townhall-test-"
DATA = ("postgres", "valkey", "mail", "media")


@dataclass
class State:
    """The folders of one set of services: kept in the checkout's state, or thrown away."""

    folder: Path
    sockets: Path
    is_kept: bool

    @property
    def pids(self) -> Path:
        return self.folder / "pids.json"

    @property
    def site(self) -> Path:
        return self.folder / "site.json"

    def secret_key(self) -> str:
        """Return the key of this checkout, made once."""
        path = self.folder / "secret-key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(50))
        return path.read_text()

    def private_folder(self, name: str) -> Path:
        """Return a folder of the state that nobody else can read."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def empty(self) -> None:
        """Delete the data of the embedded services and what belongs to it."""
        for name in DATA:
            shutil.rmtree(self.folder / name, ignore_errors=True)


def kept_folder(root: Path = ROOT) -> Path:
    """Name the state folder of a checkout; as root, one that the services' user can reach."""
    if os.geteuid() != 0:
        return root / ".state"
    digest = hashlib.sha256(str(root).encode()).hexdigest()[:8]
    return Path(f"/var/tmp/townhall-{digest}")  # noqa: S108 - its owner is checked


@contextlib.contextmanager
def kept(lock: IO[str]) -> Iterator[State]:
    """Give the state of this checkout to the holder of its lock."""
    folder = Path(lock.name).parent
    remove_old_sockets(folder)
    sockets = Path(tempfile.mkdtemp(prefix="townhall-", dir=SOCKET_HOME))
    hand_over(sockets)
    write_private(folder / "sockets", str(sockets))
    state = State(folder, sockets, is_kept=True)
    try:
        yield state
    finally:
        state.site.unlink(missing_ok=True)
        shutil.rmtree(sockets, ignore_errors=True)
        write_holder(lock, {})


@contextlib.contextmanager
def thrown_away() -> Iterator[State]:
    """Give an empty state that is deleted afterwards."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=THROW_AWAY_PREFIX, dir=SOCKET_HOME))
    with hold(folder):
        folder.chmod(folder_mode())
        sockets = folder / "sockets"
        sockets.mkdir(mode=0o700)
        hand_over(sockets)
        try:
            yield State(folder, sockets, is_kept=False)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def open_lock(folder: Path) -> IO[str]:
    """Open the lock file of a state folder, making the folder where it is missing."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(folder_mode())
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Trouble(f"{folder} belongs to somebody else; please move it out of the way")
    return open(folder / "lock", "a+", encoding="utf-8")


def take(lock: IO[str], holder: Mapping[str, Any]) -> bool:
    """Take the lock and say who holds it, or return False where another process has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    write_holder(lock, {"pid": os.getpid(), **holder})
    return True


def write_holder(lock: IO[str], holder: Mapping[str, Any]) -> None:
    """Write who holds the lock into it."""
    lock.truncate(0)
    lock.write(json.dumps(holder))
    lock.flush()


def read_holder(lock: IO[str]) -> dict[str, Any]:
    """Read who holds the lock; nothing where nobody does, or not yet."""
    lock.seek(0)
    return read_json(lock.read()) or {}


def read_site(state_folder: Path, pid: object) -> dict[str, Any] | None:
    """Return what is noted of the site that this process runs, once its services are up."""
    with contextlib.suppress(OSError):
        site: dict[str, Any] | None = read_json((state_folder / "site.json").read_text())
        if site and site["pid"] == pid:
            return site
    return None


def read_json(text: str) -> Any:
    """Parse JSON, taking a half-written text for none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def write_private(path: Path, text: str) -> None:
    """Write a whole file at once that only its owner can read."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def folder_mode() -> int:
    """Let the services' user pass through a folder, where that is somebody else."""
    return 0o711 if service_user() else 0o700


def remove_old_sockets(folder: Path) -> None:
    """Remove the socket folder that a killed start left behind."""
    with contextlib.suppress(OSError):
        old = Path((folder / "sockets").read_text())
        if old.parent == SOCKET_HOME and old.name.startswith("townhall-"):
            shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold a throw-away folder, so that no other process sweeps it."""
    draft = folder / "lock.new"
    with open(draft, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        draft.rename(folder / "lock")
        yield


def sweep(home: Path = SOCKET_HOME) -> None:
    """Delete throw-away folders whose maker was killed."""
    for folder in home.glob(f"{THROW_AWAY_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid != os.geteuid():
                continue
            with open(folder / "lock", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                say(f"removing {folder}, left behind by a test run that was killed")
                shutil.rmtree(folder, ignore_errors=True)
