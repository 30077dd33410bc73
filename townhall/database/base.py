"""The database backend that settings name."""

import select

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR


class DatabaseWrapper(base.DatabaseWrapper):
    """Tells a connection that was lost from its socket, where Django asks a statement a request.

    On an idle connection nothing arrives but its end, or a message that it ends.
    """

    def is_usable(self) -> bool:
        session, socket = self.connection, select.poll()
        if session.closed or session.info.transaction_status == TRANSACTION_STATUS_INERROR:
            return False
        socket.register(session.fileno(), select.POLLIN)
        return not socket.poll(0)
