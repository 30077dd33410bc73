"""Find a Chromium for the browser tests, installing one where that is possible."""

import os
import shutil
import subprocess
from collections.abc import Mapping

from devstack.console import Trouble, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium")


def chromium(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return CHROMIUM for the environment of the tests, or nothing where there is none."""
    path = environment.get("CHROMIUM") or find() or (install() and find())
    if path:
        return {"CHROMIUM": path}
    if environment.get("REQUIRE_BROWSER") == "1":
        raise Trouble("REQUIRE_BROWSER=1, but no Chromium was found and none could be installed")
    say("no Chromium was found: the browser tests will be skipped")
    return {}


def find() -> str:
    """Return the path of the system's Chromium."""
    return next((path for path in map(shutil.which, NAMES) if path), "")


def install() -> bool:
    """Install Chromium, where we are root and have apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say("installing Chromium with apt-get for the browser tests")
    return install_packages("chromium")


def install_packages(*names: str) -> bool:
    """Install packages quietly with apt-get and tell whether that worked."""
    succeeds("apt-get", "update")
    return succeeds("apt-get", "install", "-y", "--no-install-recommends", *names)


def succeeds(*command: str) -> bool:
    """Run a command that asks nothing and says nothing."""
    done = subprocess.run(
        command,
        # At run level 1 a package that is a service is not started.
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
