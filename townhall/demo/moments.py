"""When things happened: days ago in the council's own time, and never later than now."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256

from django.utils import timezone

FIRST_HOUR, LAST_HOUR = 8, 19  # between these people write, where the content gives no time


def spread(seed: str, size: int) -> int:
    """Pick a number below a size, the same one each time for the same seed."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8], "big") % size


@dataclass(frozen=True)
class Moments:
    """Moments that count back from one now."""

    now: datetime

    def at(self, days_ago: int, clock: str) -> datetime:
        """Give the moment of a time like 09:15 some days ago."""
        day = timezone.localdate(self.now) - timedelta(days=days_ago)
        moment = datetime.combine(day, time.fromisoformat(clock))
        return min(timezone.make_aware(moment), self.now)

    def sometime(self, days_ago: int, seed: str, *, after: datetime | None = None) -> datetime:
        """Give a moment in the daytime some days ago, after another where one is given."""
        minutes = 60 * FIRST_HOUR + spread(seed, 60 * (LAST_HOUR - FIRST_HOUR))
        moment = self.at(days_ago, f"{minutes // 60:02}:{minutes % 60:02}")
        if after is not None:
            moment = max(moment, after + timedelta(minutes=7 + spread(seed, 50)))
        return min(moment, self.now)

    def between(self, start: datetime, end: datetime, seed: str) -> datetime:
        """Give a moment between two others."""
        seconds = max(int((end - start).total_seconds()), 1)
        return min(start + timedelta(seconds=spread(seed, seconds)), self.now)

    def before(self, **time_ago: float) -> datetime:
        """Give the moment that lies days, hours or minutes before now."""
        return self.now - timedelta(**time_ago)
