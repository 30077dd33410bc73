"""The site as somebody's first request to a new worker finds it: no connection is kept."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from townhall.wsgi import application as site


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the site does, on a connection to the database that is made for it."""
    connection.close()
    return site(environ, start_response)
