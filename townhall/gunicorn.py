"""How the web server runs the site; the address it binds to comes from the command line."""

import gc

workers = 2
worker_class = "townhall.health_lane.Worker"
threads = 4
preload_app = True  # the workers share what the master loaded
control_socket_disable = True


def when_ready(_server: object) -> None:
    """Keep the collector away from what is shared: to look at it would copy it for each worker."""
    gc.collect()
    gc.freeze()
