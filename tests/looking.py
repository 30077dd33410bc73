"""How many rows the database looks at to answer: what stays small however much there is."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection

COUNTED = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
EXPLAINED = ("SELECT", "EXECUTE", "WITH")


def rows_looked_at(ask: Callable[[], object]) -> int:
    """Return how many rows the scans of all queries of a call fetch, kept or not."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(EXPLAINED):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return sum(_rows_of(sql, params) for sql, params in asked)


def _rows_of(sql: str, params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {sql}", params)
        (found,) = cursor.fetchone()
    plans = json.loads(found) if isinstance(found, str) else found
    return round(_rows_in(plans[0]["Plan"]))


def _rows_in(node: dict[str, Any]) -> float:
    is_scan = "Relation Name" in node or node["Node Type"] == "Bitmap Index Scan"
    own = sum(node.get(name, 0) for name in COUNTED) * node["Actual Loops"] if is_scan else 0
    return own + sum(map(_rows_in, node.get("Plans", [])))
