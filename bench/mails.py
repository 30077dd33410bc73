"""Measure what the worker does in a process of its own, with a mail server beside it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from bench.server import ROOT, WIDE_LIMITS, Failure

SLOW_ANSWER_MS = 10


@dataclass(frozen=True)
class Job:
    """What each of many things cost the worker, beside the floor of the same run."""

    size: str
    figures: dict[str, Any]
    floor_ms: float

    def as_json(self) -> dict[str, Any]:
        """Return the row as others read it; the statements are those for a thousand."""
        figures = self.figures
        return {
            "page": self.page,
            "viewer": "worker",
            "size": self.size,
            "web_cpu_ms": round(figures["web_cpu_ms"], 3),
            "db_cpu_ms": round(figures["db_cpu_ms"], 3),
            "statements": round(figures["per_thousand"], 1),
            "bytes": 0,
            "ratio_to_floor": round(self.ratio, 2),
        }

    @property
    def page(self) -> str:
        return str(self.figures["name"])

    @property
    def ratio(self) -> float:
        return (self.figures["web_cpu_ms"] + self.figures["db_cpu_ms"]) / self.floor_ms

    def as_text(self) -> str:
        """Return the figures as people read them."""
        return (
            "{name} at {size}: {count:,} {unit}, in {wall_seconds:.1f} s;"
            " each {web_cpu_ms:.2f} + {db_cpu_ms:.2f} ms ({per_thousand:.1f} statements a"
            " thousand), {ratio:.2f} x floor"
        ).format(size=self.size, ratio=self.ratio, **self.figures)


class Morning(Job):
    """What the digests of everybody cost at one size, beside the floor of the same run."""

    @property
    def page(self) -> str:
        return "digest"

    def as_text(self) -> str:
        """Return the figures as people read them."""
        return (
            "digest at {size}: {people:,} people, {built:,} mails built at {build_per_second:.0f}/s"
            " ({build_ms:.1f} ms each, {per_thousand:.1f} statements a thousand people);"
            " {sent:,} handed over at {sent_per_second:.0f}/s ({stamps_per_mail:.2f} stamps,"
            " {per_mail:.2f} statements each); in all {web_cpu_ms:.1f} + {db_cpu_ms:.1f} ms a mail,"
            " {ratio:.1f} x floor"
        ).format(size=self.size, ratio=self.ratio, **self.figures)


def measure_digests(size: str, url: str, postgres: int) -> dict[str, Any]:
    """Run the digests on the database of a size, before anything else is written there."""
    figures: dict[str, Any] = _run_beside_sink("bench.digests", size, url, postgres)
    return figures


def measure_background(size: str, url: str, postgres: int) -> list[dict[str, Any]]:
    """Run what a heavy day asks of the worker, after the digests and after all pages."""
    pause = str(SLOW_ANSWER_MS)
    jobs: list[dict[str, Any]] = _run_beside_sink("bench.background", size, url, postgres, pause)
    return jobs


def _run_beside_sink(module: str, size: str, url: str, postgres: int, *pause: str) -> Any:
    sink_command = [sys.executable, "-m", "bench.sink", *pause]
    with subprocess.Popen(sink_command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sink:
        try:
            port = sink.stdout.readline().strip() if sink.stdout else ""
            environment = {"DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
            done = subprocess.run(
                [sys.executable, "-m", module, size, str(postgres)],
                cwd=ROOT,
                env={**os.environ, **WIDE_LIMITS, **environment},
                stdout=subprocess.PIPE,
                text=True,
                check=False,
            )
        finally:
            sink.terminate()
    if done.returncode:
        raise Failure(f"{module} failed")
    return json.loads(done.stdout.splitlines()[-1])
