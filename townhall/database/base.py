"""The database backend that settings name."""

import select
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base, operations
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from townhall.database.limits import as_options, kind_of_process, limits_of
from townhall.database.schema import DatabaseSchemaEditor

# What every session is told besides the limits.
SESSION = {
    "TimeZone": "UTC",
    # Of queries that are prepared: plan each once, not again for each value.
    "plan_cache_mode": "force_generic_plan",
    # Pages ask short questions: to start helpers or a compiler takes longer.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
# Of a server across the network: notice within half a minute that it is gone without a word.
NETWORK = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def session_parameters(kind: str) -> dict[str, str]:
    """Return what each session of a kind of process is told."""
    return {**SESSION, **as_options(limits_of(kind))}


class DatabaseOperations(operations.DatabaseOperations):
    """Empties tables as their owner, since the site's own role may not."""

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        wrapper: Any = self.connection
        with wrapper.as_owner():
            super().execute_sql_flush(sql_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """Gives each session its limits, and tells a lost connection from its socket.

    Django asks a statement a request for the latter. On an idle connection nothing arrives but
    its end, or a message that it ends.
    """

    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations
    is_owner = False

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        parameters = {"connect_timeout": settings.DATABASE_CONNECT, **NETWORK, **parameters}
        if settings.DATABASE_POOLER and not self.is_owner:
            return parameters  # its sessions are told by the pooler, see docs/deploy.md
        told = session_parameters(kind_of_process())
        options = [f"-c {name}={value}" for name, value in told.items()]
        parameters["options"] = " ".join([*options, parameters.get("options", "")]).strip()
        return parameters

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Let the block speak as the owner of the tables; it begins and ends with no connection."""
        ordinary = self.settings_dict, self.is_owner
        self.close()
        self.settings_dict = {**ordinary[0], **settings.DATABASE_OWNER}
        self.is_owner = bool(settings.DATABASE_OWNER)
        try:
            yield
        finally:
            self.close()
            self.settings_dict, self.is_owner = ordinary

    @contextmanager
    def _nodb_cursor(self) -> Iterator[Any]:
        """Make and drop the databases of tests as the owner."""
        with self.as_owner(), super()._nodb_cursor() as cursor:
            yield cursor

    def is_usable(self) -> bool:
        session, socket = self.connection, select.poll()
        if session.closed or session.info.transaction_status == TRANSACTION_STATUS_INERROR:
            return False
        socket.register(session.fileno(), select.POLLIN)
        return not socket.poll(0)
