"""The database backend that settings name."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Tells a connection that was lost from its socket, where Django asks a statement a request.

    On an idle connection nothing arrives but its end, or a message that it ends.
    """

    def is_usable(self) -> bool:
        socket = select.poll()
        try:
            socket.register(self.connection.fileno(), select.POLLIN)
        except self.Database.Error:  # it is closed on our side already
            return False
        return not socket.poll(0)
