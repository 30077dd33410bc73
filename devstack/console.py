"""Speak to the person who runs ./dev."""

import contextlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Trouble(Exception):
    """What ends a command; its text is a sentence for the person who runs it."""


def say(message: str, speaker: str = "townhall") -> None:
    """Write a line with the name of who says it."""
    write(f"{speaker:<8} | {message}\n")


def write(text: str) -> None:
    """Write at once, and carry on where the terminal has gone: there is still work to stop."""
    with contextlib.suppress(OSError):
        os.write(sys.__stdout__.fileno() if sys.__stdout__ else 1, text.encode())
