"""Find and send all alerts and digests that are due, once, in the foreground."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications import services
from notifications.models import Mail


class Command(BaseCommand):
    help = "Finds and sends all alerts and digests that are due, once, and counts them by state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now",
            type=moment,
            metavar="ISO",
            help="the moment for which digests are due, such as 2026-03-03T07:30; the present"
            " one if not given. Without an offset it is local time.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._tell()
        now = options["now"] or services.database_now()
        written = services.queue_digests(now, wait=True, report=self._report_digests)
        self.stdout.write(f"digests written: {written}")
        outcome = self._send()
        for queue in Mail.Queue.values:
            self.stdout.write(f"{queue}: {_counts(outcome, queue)}")
        if outcome.server_away:
            raise CommandError(f"The mail server cannot be reached: {outcome.server_away}")
        failed = sum(n for (_queue, state), n in outcome.counts.items() if state in BAD)
        if failed:
            raise CommandError(f"{failed} not sent; the admin site says why, under Mails.")

    def _tell(self) -> None:
        told = mailed = 0
        while taken := services.queue_deliveries():
            told += taken
        while taken := services.queue_alerts():
            mailed += taken
        self.stdout.write(f"announcements told: {told}; deliveries put into alerts: {mailed}")

    def _report_digests(self, seen: int, written: int) -> None:
        self.stdout.write(f"  people looked at: {seen}, digests written: {written}")

    def _send(self) -> services.Outcome:
        outcome = services.Outcome()
        while True:
            batch = services.send_batch()
            outcome.add(batch)
            if batch.total == 0 or batch.server_away:
                return outcome
            self.stdout.write(f"  mails handled: {outcome.total}")


BAD = {Mail.State.FAILED, Mail.State.UNKNOWN}
WORDS = {Mail.State.READY: "waiting"}


def moment(text: str) -> datetime:
    """Read a moment; without an offset it is local time."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else timezone.make_aware(found, timezone.get_default_timezone())


def _counts(outcome: services.Outcome, queue: str) -> str:
    told = [Mail.State.SENT, Mail.State.SKIPPED, Mail.State.FAILED]
    others = [Mail.State.UNKNOWN, Mail.State.READY]
    parts = [(state, outcome.counts[queue, state]) for state in told]
    parts += [(state, n) for state in others if (n := outcome.counts[queue, state])]
    return ", ".join(f"{n} {WORDS.get(state, state.value)}" for state, n in parts)
