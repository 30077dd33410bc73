"""Make the demonstration council."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from communities.management.importing import ImportCommand
from townhall.demo.build import ACCOUNTS, is_there, make_demonstration
from townhall.demo.people import PASSWORD

security_log = logging.getLogger("townhall.security")


class Command(ImportCommand):
    help = "Makes a council of invented people and posts to try the site with; safe to repeat."
    # It runs at each start of a demonstration, where migrate has just made these checks.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "The demonstration has accounts whose password everybody knows, so it is only "
                "made where TOWNHALL_DEMO=1 is set, as ./dev run does for its own database."
            )
        if is_there():
            self.stdout.write("The demonstration council is there already; nothing was changed.")
            return
        self.stderr.write("Making the demonstration council; it takes some ten seconds.", str)
        security_log.disabled = True  # the rights of invented people are no news
        try:
            counts = make_demonstration(self.show_progress)
        finally:
            security_log.disabled = False
            self.end_line()
        self.stdout.write("The demonstration council is made:")
        for what, number in counts.items():
            self.stdout.write(f"  {number} {what}")
        names = ", ".join(f"{name}@example.org" for name in ACCOUNTS)
        self.stdout.write(f"Sign in as {names} with the password {PASSWORD}")

    def show_progress(self, text: str) -> None:
        """Write over the last line only where there is a terminal; a log would keep them all."""
        if self.stderr.isatty():
            super().show_progress(text)
