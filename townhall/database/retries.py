"""Try again what could not get its lock in time."""

import time
from collections.abc import Callable

from django.db import OperationalError
from psycopg2.errors import LockNotAvailable

PAUSES = (1, 2, 4, 8, 15, 30)  # seconds before each further try


def until_locked(act: Callable[[], object], say: Callable[[str], object]) -> None:
    """Call `act` until it gets its locks; raise what the last try raised.

    Between the tries whoever waited behind has their turn. So `act` must change nothing where it
    fails.
    """
    for pause in PAUSES:
        try:
            act()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            say(f"Somebody else holds a lock that is needed. Next try in {pause} s.")
            time.sleep(pause)
        else:
            return
    act()
