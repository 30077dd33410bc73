"""Queries whose SQL is written once, for the pages that are asked for most.

To build and compile a query of some joins takes Django longer than PostgreSQL needs to answer it.
A prepared query is built with stand-ins the first time; after that only the values change. The
database plans it once for each connection. Behind a pooler, where a connection is another session
each time, it is sent as a whole instead: all else is the same.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from copy import copy
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, QuerySet, Value
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

from accounts.models import User
from communities.models import Viewer, moderates_everywhere

Row = TypeVar("Row", bound=Model)
Given = int | str | date | datetime | UUID | list[int]

FIRST_NUMBER = 2_000_000_011  # fits every integer column, and no row has it
FIRST_DAY = date(1, 1, 1)
LARGEST = 2**63 - 1
KEYS = ArrayField(BigIntegerField())
MOST_WRITTEN = 64  # of each query, in a process; some have as many kinds as a form has fields
MOST_PLANNED = 200  # of all queries, in a connection
PLACE = re.compile(r"\$(\d+)")
PROCESS = secrets.token_hex(4)


class Statement(NamedTuple):
    """SQL with %(name)s where its values go; its constants stand in it, since the planner must
    see them: else it uses no partial index.
    """

    title: str  # no other SQL has it
    template: str
    values: list[str]

    @property
    def name(self) -> str:
        """Return a name that is nothing else in any session: processes may share one."""
        return f"{self.title}_{PROCESS}_{os.getpid()}"

    def to_prepare(self) -> str:
        """Return the SQL with $1, $2, … in the order of the values."""
        return self.template % {name: f"${n}" for n, name in enumerate(self.values, 1)}

    def call(self, connection: Any, values: dict[str, Any]) -> tuple[str, Any]:
        """Return what to execute with which values, prepared where that is of use."""
        if settings.DATABASE_POOLER:
            return self.template, values
        name = self.name
        _prepare(connection, name, self)
        return _call(name, len(self.values)), [values[value] for value in self.values]


class Written(NamedTuple):
    """A compiled query.

    Its converters make what the database gives into what fields hold, by number of the column.
    """

    statement: Statement
    database: str
    compiler: SQLCompiler
    converters: dict[int, Any]


def prepared(build: Callable[..., QuerySet[Row]]) -> Callable[..., list[Row]]:
    """Turn a function that builds a query into one that runs it: `rows(viewer, **values)`.

    The SQL is written once for each kind of viewer, set of values and their types; what was not
    asked for longest is forgotten where there are too many. So `build` must neither look at a value
    (only pass it on) nor at the clock: a moment is one of the values. No value is None, which would
    change the SQL; a list of keys goes through `among`. Raises TypeError where that is not so.
    """

    @lru_cache(maxsize=MOST_WRITTEN)
    def written_for(kind: str, values: tuple[tuple[str, type], ...]) -> Written | None:
        return _write(build, kind, dict(values))

    @wraps(build)
    def rows(viewer: Viewer, **values: Given) -> list[Row]:
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values.values()):
            return []  # no column holds such a number
        kinds = tuple((name, type(value)) for name, value in values.items())
        written = written_for(_kind_of(viewer), kinds)
        return _run(written, {**values, "viewer": viewer.pk or 0}) if written else []

    return rows


def row_of(name: str, sql: str, values: list[Any]) -> tuple[Any, ...]:
    """Ask for one row by a statement written by hand, with $1, $2, … where its values go."""
    connection = connections["default"]
    statement = _by_hand(name, sql)
    call = statement.call(connection, dict(zip(statement.values, values, strict=True)))
    with connection.cursor() as cursor:
        cursor.execute(*call)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


@lru_cache
def _by_hand(name: str, sql: str) -> Statement:
    numbers = sorted({int(number) for number in PLACE.findall(sql)})
    template = PLACE.sub(r"%(value\1)s", sql.replace("%", "%%"))
    return _statement(name, template, [f"value{number}" for number in numbers])


def _call(name: str, values: int) -> str:
    return f"EXECUTE {name} ({', '.join(['%s'] * values)})" if values else f"EXECUTE {name}"


class among(Func):
    """The condition that a column holds one of some keys, given as one value however many.

    Or found by a query, once, before the database looks at the column.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column: str, keys: list[int] | QuerySet[Any, Any]) -> None:
        array: Any = ArraySubquery(keys) if isinstance(keys, QuerySet) else Value(keys, KEYS)
        super().__init__(F(column), array)


def _kind_of(viewer: Viewer) -> str:
    if not viewer.is_authenticated:
        return "visitor"
    return "moderator" if moderates_everywhere(viewer) else "person"


def _stand_in_viewer(kind: str) -> Viewer:
    if kind == "visitor":
        return AnonymousUser()
    may_do_all = kind == "moderator"
    return User(pk=FIRST_NUMBER, is_staff=may_do_all, is_superuser=may_do_all)


def _stand_in(kind: type, place: int) -> Given:
    if issubclass(kind, datetime):
        return datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(place)
    if issubclass(kind, date):
        return FIRST_DAY + timedelta(place)
    if issubclass(kind, str):
        return f"stand-in {place}"
    if issubclass(kind, list):
        return [FIRST_NUMBER + place]
    if issubclass(kind, UUID):
        return UUID(int=FIRST_NUMBER + place)
    if issubclass(kind, int) and not issubclass(kind, bool):
        return FIRST_NUMBER + place
    raise TypeError(f"a prepared query takes no {kind.__name__}")


def _write(
    build: Callable[..., QuerySet[Row]], kind: str, values: dict[str, type]
) -> Written | None:
    """Compile a query with stand-ins and find where they went; None where it finds nothing ever."""
    stand_ins = {name: _stand_in(value, 1 + n) for n, (name, value) in enumerate(values.items())}
    queryset = build(_stand_in_viewer(kind), **stand_ins)
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    names = [*((stand_in, name) for name, stand_in in stand_ins.items()), (FIRST_NUMBER, "viewer")]
    named = [
        (next((name for stand_in, name in names if stand_in == parameter), ""), parameter)
        for parameter in parameters
    ]
    unused = set(stand_ins) - {name for name, _parameter in named}
    frozen = [value for name, value in named if not name and isinstance(value, date)]
    if unused or frozen:
        raise TypeError(f"{build.__name__} cannot be prepared: {unused or frozen}")
    prefetches = getattr(queryset, "_prefetch_related_lookups", ())
    if prefetches or queryset._iterable_class is not ModelIterable:
        raise TypeError(f"{build.__name__} cannot be prepared: it must make rows by one query")
    statement = _with_constants(build.__name__, queryset.db, sql, named)
    columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
    return Written(statement, queryset.db, compiler, compiler.get_converters(columns))


def _with_constants(title: str, database: str, sql: str, named: list[tuple[str, Any]]) -> Statement:
    values = list(dict.fromkeys(value for value, _constant in named if value))
    with connections[database].cursor() as cursor:
        filled = [
            f"%({value})s"
            if value
            else cursor.mogrify("%s", [constant]).decode().replace("%", "%%")
            for value, constant in named
        ]
    return _statement(title, sql.replace("%%", "%%%%") % tuple(filled), values)


def _statement(title: str, template: str, values: list[str]) -> Statement:
    digest = hashlib.sha256(template.encode()).hexdigest()
    return Statement(f"{title[:20]}_{digest[:16]}", template, values)


def _run(written: Written, values: dict[str, Any]) -> list[Any]:
    """Ask the database, and make the rows as a queryset does."""
    connection = connections[written.database]
    call = written.statement.call(connection, values)
    compiler: Any = copy(written.compiler)
    compiler.connection = connection
    compiler.as_sql = lambda *_arguments, **_options: call
    compiler.get_converters = lambda _columns: written.converters
    query = SimpleNamespace(get_compiler=lambda **_options: compiler)
    ready: Any = SimpleNamespace(
        db=written.database, query=query, _hints={}, _known_related_objects={}
    )
    return list(ModelIterable(ready))  # all that it asks of a queryset


def _prepare(connection: Any, name: str, statement: Statement) -> None:
    """Let the database parse and plan a query once for each connection."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    planned: dict[str, None]  # what was asked for last stands last
    session, planned = getattr(connection, "prepared_queries", (None, {}))
    if session is not connection.connection:
        connection.prepared_queries = session, planned = connection.connection, {}
    if name in planned:
        del planned[name]
    else:
        with connection.wrap_database_errors, session.cursor() as cursor:
            if len(planned) >= MOST_PLANNED:
                oldest = next(iter(planned))
                cursor.execute(f"DEALLOCATE {oldest}")
                del planned[oldest]
            cursor.execute(f"PREPARE {name} AS {statement.to_prepare()}")
    planned[name] = None
