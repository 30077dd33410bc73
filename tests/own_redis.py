"""Give each parallel worker a Redis database of its own; loaded before the settings are."""

import os
import re

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if number := worker.removeprefix("gw"):
    url = re.sub(r"/\d+$|\?db=\d+$", "", os.environ["REDIS_URL"])
    end = f"?db={number}" if url.startswith("unix:") else f"/{number}"
    os.environ["REDIS_URL"] = url + end
