"""Speak to the database as the role that owns the tables."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import connections


def as_owner() -> AbstractContextManager[None]:
    """Let the block speak as the owner; it begins and ends with no connection."""
    site: Any = connections["default"]
    block: AbstractContextManager[None] = site.as_owner()
    return block
