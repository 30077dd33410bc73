"""Install Lighthouse where it is missing, and run it."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

from bench.chromium import FLAGS, path_of_chromium
from bench.progress import say
from bench.server import ROOT, Failure

HERE = Path(__file__).parent
HOME = ROOT / ".state" / "lighthouse"
LISTS = ("package.json", "package-lock.json", ".npmrc")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PATIENCE = 180  # seconds
ATTEMPTS = 3  # on a busy machine the browser's recording fails now and then


def install() -> None:
    """Install what package-lock.json names, unless it is there."""
    if not shutil.which("npm"):
        raise Failure("Lighthouse needs Node 18.20 or newer, with npm")
    HOME.parent.mkdir(mode=0o700, exist_ok=True)
    HOME.mkdir(exist_ok=True)
    wanted = [(HERE / name).read_bytes() for name in LISTS]
    stamp = HOME / "installed"
    if stamp.exists() and stamp.read_bytes() == b"".join(wanted):
        return
    say("installing Lighthouse; only the first start takes so long")
    for name in LISTS:
        shutil.copy(HERE / name, HOME)
    done = subprocess.run(["npm", "ci", "--loglevel=error"], cwd=HOME, check=False)  # noqa: S607
    if done.returncode:
        raise Failure("npm could not install Lighthouse")
    stamp.write_bytes(b"".join(wanted))


def judge(url: str, report: Path) -> dict[str, Any]:
    """Let Lighthouse look at a page as on a phone; returns its report."""
    for _attempt in range(ATTEMPTS):
        report.unlink(missing_ok=True)
        if _run(url, report) == 0 and report.exists():
            found: dict[str, Any] = json.loads(report.read_text())
            if not found.get("runtimeError"):
                return found
    raise Failure(f"Lighthouse could not look at {url}")


def _run(url: str, report: Path) -> int:
    flags = " ".join(["--headless=new", *map(_quoted, FLAGS)])
    command = [str(HOME / "node_modules" / ".bin" / "lighthouse"), url]
    command += ["--quiet", "--output=json", f"--output-path={report}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}"]
    command += ["--no-enable-error-reporting"]
    environment = {**os.environ, "CHROME_PATH": path_of_chromium()}
    with subprocess.Popen(command, env=environment) as process:
        try:
            return process.wait(PATIENCE)
        except BaseException:
            process.send_signal(signal.SIGINT)  # it takes its browser along
            raise


def _quoted(flag: str) -> str:
    """Put the value of a flag in quotes, as Lighthouse reads them."""
    name, sign, value = flag.partition("=")
    return f'{name}{sign}"{value}"' if " " in value else flag
