"""The site, saying in a header how many statements a page asked the database."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from townhall.wsgi import application as site

NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the site does, with one header more."""
    asked: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        counted = [sql for sql in asked if not sql.startswith(NOT_COUNTED)]
        return start_response(status, [*headers, ("X-Statements", str(len(counted)))], *rest)

    with connection.execute_wrapper(count):
        return site(environ, start)
