"""The database backend that settings name."""

import select
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from townhall.database.limits import as_options, current_limits
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


class DatabaseWrapper(base.DatabaseWrapper):
    """Gives each session its limits, and tells a lost connection from its socket.

    Django asks a statement a request for the latter. On an idle connection nothing arrives but
    its end, or a message that it ends.
    """

    SchemaEditorClass = DatabaseSchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        parameters = {"connect_timeout": settings.DATABASE_CONNECT, **NETWORK, **parameters}
        told = {**SESSION, **as_options(current_limits())}
        options = [f"-c {name}={value}" for name, value in told.items()]
        parameters["options"] = " ".join([*options, parameters.get("options", "")]).strip()
        return parameters

    def is_usable(self) -> bool:
        session, socket = self.connection, select.poll()
        if session.closed or session.info.transaction_status == TRANSACTION_STATUS_INERROR:
            return False
        socket.register(session.fileno(), select.POLLIN)
        return not socket.poll(0)
