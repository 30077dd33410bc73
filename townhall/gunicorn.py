"""How the web server runs the site; the address it binds to comes from the command line."""

import gc
import logging
from typing import Any

from gunicorn.glogging import Logger

from townhall.logs import LineFormatter


class WebLogger(Logger):
    """Writes the server's own lines as the site writes its: also when it is told to log access."""

    def _set_handler(
        self, log: Any, output: Any, fmt: logging.Formatter, stream: Any = None
    ) -> None:
        formatter = LineFormatter(fmt._fmt, fmt.datefmt)
        super()._set_handler(log, output, formatter, stream)


workers = 2
worker_class = "townhall.health_lane.Worker"
threads = 4
preload_app = True  # the workers share what the master loaded
control_socket_disable = True
logger_class = WebLogger
# Where --access-logfile asks for it: neither what was searched for nor where somebody came from.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(D)s'


def when_ready(_server: object) -> None:
    """Keep the collector away from what is shared: to look at it would copy it for each worker."""
    gc.collect()
    gc.freeze()
