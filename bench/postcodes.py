"""Import made-up postcodes by the command that operators use, and see what it takes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.processes import cpu_seconds, pss_megabytes
from bench.progress import watched
from bench.server import ROOT, Failure

DISTRICTS, LETTERS = 99, "ABDEFGHJLNPQRSTUWXYZ"
WARDS = 20  # of those that every size has


def measure_postcodes(url: str, postgres: int, rows: int) -> str:
    """Import so many postcodes; return the figures as people read them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "postcodes.csv"
        with path.open("w") as file:
            file.write("postcode,ward_code,lat,lon\n")
            file.writelines(watched(made_up(rows), rows, "postcodes written"))
        return _import(path, url, postgres, rows)


def made_up(rows: int) -> Iterator[str]:
    """Make lines of a file of postcodes, none twice, each in a ward that is there."""
    count = 0
    for first in LETTERS:
        for second in LETTERS:
            for district in range(1, DISTRICTS + 1):
                for unit in range(10 * len(LETTERS)):
                    sector, letter = divmod(unit, len(LETTERS))
                    ward = f"E0500{count % WARDS:04}"
                    code = f"{first}{second}{district} {sector}{LETTERS[letter]}{second}"
                    yield f"{code},{ward},{50 + unit / 1000},{-4 + district / 1000}\n"
                    count += 1
                    if count == rows:
                        return


def _import(path: Path, url: str, postgres: int, rows: int) -> str:
    before, began, peak, spent = cpu_seconds(postgres), time.monotonic(), 0.0, 0.0
    command = [sys.executable, "manage.py", "import_postcodes", str(path)]
    environment = {**os.environ, "DATABASE_URL": url}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr) as process:
        while process.poll() is None:
            peak = max(peak, pss_megabytes(process.pid))
            spent = max(spent, cpu_seconds(process.pid))
            time.sleep(0.2)
    if process.returncode:
        raise Failure("the postcodes could not be imported")
    seconds = time.monotonic() - began
    return (
        f"postcodes: {rows:,} in {seconds:.0f} s, {rows / seconds:,.0f} a second;"
        f" processor {spent:.0f} s + {cpu_seconds(postgres) - before:.0f} s in PostgreSQL;"
        f" at most {peak:.0f} MB"
    )
