"""A worker of the web server that answers whether it is well, however busy its threads are.

All threads may wait for a database that does not answer. Who asks after the health of the site
needs an answer then above all: such requests have threads of their own.
"""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

THREADS = 4
FIRST_WORDS_WITHIN = 5  # seconds
LONGEST_FIRST_LINE = 32
HEALTH = tuple(
    f"{method} /{page}{end}".encode()
    for method in ("GET", "HEAD")
    for page in ("healthz", "readyz")
    for end in (" ", "?")
)


class Worker(ThreadWorker):
    """Gives a connection to a thread once it has said something, and looks what it asks for."""

    def init_process(self) -> None:
        self.health_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="health")
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; one that says nothing yet waits here, not in a thread."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        connection = TConn(self.cfg, client, address, listener.getsockname())
        if _said(client) is None:
            connection.timeout = time.monotonic() + FIRST_WORDS_WITHIN
            self.pending_conns.append(connection)
            respond = partial(self.on_pending_socket_readable, connection)
            self.poller.register(client, EVENT_READ, respond)
        else:
            connection.data_ready = True
            self.enqueue_req(connection)

    def enqueue_req(self, conn: Any) -> None:
        """Hand a connection to one of the threads for what it asks."""
        asks_after_health = (_said(conn.sock) or b"").startswith(HEALTH)
        pool = self.health_pool if asks_after_health else self.tpool
        future = pool.submit(self.handle, conn)
        future.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )


def _said(client: socket.socket) -> bytes | None:
    """Return the beginning of what a client has sent, and leave it there; None if nothing yet."""
    try:
        return client.recv(LONGEST_FIRST_LINE, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""  # a thread finds out, and closes it
