"""How the database answers the heaviest statements: python -m bench.plans PAGES, as JSON.

Each of PAGES is a name, a viewer and a path. They are asked for in this process, where the
statements that the site has prepared can be explained as they are run.
"""

import json
import sys
import time
from typing import Any, NamedTuple

import django

django.setup()

from django.db import connection  # noqa: E402 (the apps are ready from here on)
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.cast import EMAILS  # noqa: E402

HEAVIEST = 5
WARM_UP = 3  # requests: what is prepared and cached is, then


class Statement(NamedTuple):
    """A statement as it was sent, and how long the answer took."""

    seconds: float
    page: str
    sql: str
    params: Any


def main(pages: list[tuple[str, str, str]]) -> None:
    """Ask for each page, and explain what took the database longest."""
    asked: dict[str, Statement] = {}
    for name, viewer, path in pages:
        for statement in statements_of(name, viewer, path):
            known = asked.get(statement.sql)
            asked[statement.sql] = max(known, statement) if known else statement
    for statement in sorted(asked.values(), reverse=True)[:HEAVIEST]:
        explain(statement)


def statements_of(name: str, viewer: str, path: str) -> list[Statement]:
    """Return what one answer asks the database."""
    client = Client(headers={"host": "localhost"})
    if viewer in EMAILS:
        client.force_login(User.objects.get(email=EMAILS[viewer]))
    for _number in range(WARM_UP):
        client.get(path)
    asked = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        answer = execute(sql, params, many, context)
        asked.append(Statement(time.perf_counter() - began, name, sql, params))
        return answer

    with connection.execute_wrapper(note):
        client.get(path)
    return asked


def explain(statement: Statement) -> None:
    """Print a statement and the plan by which it ran once more."""
    with connection.cursor() as cursor:
        name = statement.sql.removeprefix("EXECUTE ").partition(" ")[0]
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [name])
        prepared = cursor.fetchone()
        text = prepared[0] if prepared else statement.sql
        print(f"\n{statement.page}: {1000 * statement.seconds:.1f} ms\n{text}\n{statement.params}")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}", statement.params)
        print("\n".join(line for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
