"""After a restore: what people were told since the back-up is not told again."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from notifications import digests
from notifications.models import Delivery, Mail
from notifications.services.deliveries import queue_deliveries

PEOPLE_AT_ONCE = 1_000
MAX_DAYS = 8  # a week: longer ago than that, no digest told anything that a later one did not
NOTE = "it may have been sent before the restore"
WIPED = {"text": "", "html": "", "headers": {}}


@dataclass(frozen=True)
class Skipped:
    """How many mails, alerts and digests will not be sent."""

    mails: int
    alerts: int
    digests: int


def skip_told(as_of: datetime, stopped_at: datetime) -> Skipped:
    """Take as told what was told between the moment of a back-up and the end of the old site.

    Nothing else may run meanwhile. Done twice, it changes nothing the second time.
    """
    waiting = Mail.objects.filter(
        state__in=[Mail.State.READY, Mail.State.CLAIMED], created_at__lte=as_of
    )
    mails = waiting.update(state=Mail.State.SKIPPED, lease=None, note=NOTE, **WIPED)
    while queue_deliveries():  # people find it in their list of news, and get no mail
        continue
    alerts = Delivery.objects.filter(mail=None, wants_mail=True).update(wants_mail=False)
    skipped = sum(_skip_digests(moment) for moment in digest_moments(as_of, stopped_at))
    return Skipped(mails, alerts, skipped)


def digest_moments(as_of: datetime, stopped_at: datetime) -> list[datetime]:
    """List when digests were due on each day on which some were sent after the back-up.

    They are sent from the morning until midnight, whenever the worker comes to them.
    """
    zone = timezone.get_default_timezone()
    last = stopped_at.astimezone(zone).date()
    first = max(as_of.astimezone(zone).date(), last - timedelta(days=MAX_DAYS - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    moments = [datetime.combine(day, digests.DAILY_FROM, zone) for day in days]
    ends = [datetime.combine(day + timedelta(days=1), time(), zone) for day in days]
    return [
        moment
        for moment, end in zip(moments, ends, strict=True)
        if moment <= stopped_at and as_of < end
    ]


def _skip_digests(moment: datetime) -> int:
    """Note the digests of a day as if they had been written, without their mails."""
    day, frequencies = digests.due_on(moment)
    due = digests.people_due(day, frequencies, moment)
    people, count = list(due[:PEOPLE_AT_ONCE]), 0
    while people:
        with transaction.atomic():
            digests.take_turn(wait=True)
            opened = digests.open_digests(people, day)
            news = digests.find_news(opened, frequencies, moment) if opened else []
            if news:
                digests.remember_told(news)
                digests.keep_items(news)
        count += len({item.digest_id for item in news})
        people = list(due.filter(pk__gt=people[-1].pk)[:PEOPLE_AT_ONCE])
    return count
