"""Recognise people in lists, and end the seats of those who are no longer in them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db.models import F, Value
from django.db.models.functions import Greatest

from communities.importers.files import plain, read_whole_text
from communities.importers.report import Report
from councillors.models import Councillor

PREFIX = re.compile(r"^(councillor|cllr\.?|cr\.?|(y )?cynghorydd|cyng\.?):?\s+", re.IGNORECASE)
# How clerks write that nobody sits in a seat, without signs and in small letters
NO_NAMES = {
    *("", "na", "n a", "nil", "null", "none", "no one", "nobody", "unfilled", "unoccupied", "x"),
    *("empty", "empty seat", "seat empty", "no councillor", "no member", "not filled", "not known"),
    *("not elected", "not yet elected", "unknown", "tbc", "tba", "tbd", "awaiting by election"),
    *("by election", "by election pending", "election pending", "by election to be held"),
    *("pending", "pending by election", "pending election", "casual vacancy", "resigned"),
    *("dim", "neb", "gwag", "wag", "sedd gwag", "amherthnasol", "is etholiad", "isetholiad"),
}
# And how they begin, whatever follows: where, since when, until when
NO_NAME = re.compile(
    r"(?:(?:currently|now|seat|post|position|office|ward) )*vacan(?:t|cy|cies)\d*\b"
    r"|to be (?:confirmed|elected|announced|appointed|advised|co opted|coopted|filled|determined)\b"
    r"|(?:mae'r |y )?(?:sedd|swydd|safle) (?:yn )?wag\b|i'?w (?:g?adarnhau|hethol|ethol|phenodi)\b"
)

_check_email = EmailValidator()
_check_url = URLValidator(["http", "https"])


def read_name(text: object) -> str:
    """Give a person's name without their office; empty for a vacancy."""
    name = PREFIX.sub("", read_whole_text(text, "the name"))
    if _is_vacancy(name):
        return ""
    if len(name) > 160:
        raise ValueError("the name is longer than 160 characters")
    return name


def _is_vacancy(name: str) -> bool:
    said = " ".join(re.findall(r"[\w']+", name.casefold().replace("\u2019", "'").replace(".", "")))
    return said in NO_NAMES or NO_NAME.match(said) is not None


def read_email(text: object) -> str:
    email = plain(text)
    try:
        if email:
            _check_email(email)
    except ValidationError:
        raise ValueError(f"{email!r} is not an e-mail address") from None
    if len(email) > 254:
        raise ValueError("the e-mail address is longer than 254 characters")
    return email


def read_url(text: object) -> str:
    url = plain(text)
    try:
        if url:
            _check_url(url)
    except ValidationError:
        raise ValueError(f"{url!r} is not a web address") from None
    if len(url) > 300:
        raise ValueError("a web address is longer than 300 characters")
    return url


def comparable(name: str) -> str:
    """Reduce a name to what stays the same when somebody types it again."""
    words = name.casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    return " ".join(re.findall(r"\w+", words))


def carry_dates(seat: Councillor) -> int:
    """Write the dates of a seat into its capacities; give how many there are."""
    start_on = F("start_on") if seat.start_on is None else Value(seat.start_on)
    # A capacity always has a first day; where the seat ended before it, it ends on it.
    end_on = None if seat.end_on is None else Greatest(start_on, Value(seat.end_on))
    return seat.capacities.update(start_on=start_on, end_on=end_on)


def end_seats(report: Report, seats: Iterable[Councillor], on: date) -> None:
    """End seats, and the capacities to speak in them, the day before a day.

    A seat that began on that day ends on it, because it cannot end before it began.
    """
    for seat in seats:
        last_day = max(on - timedelta(days=1), seat.start_on or date.min)
        if seat.end_on == last_day:
            continue
        seat.end_on = last_day
        seat.save(update_fields=["end_on"])
        capacities = carry_dates(seat)
        report.count("seats", "ended")
        line = f"ended on {last_day}: {seat} {seat.area or seat.area_name}".rstrip()
        report.note(f"{line}; no longer speaks in it" if capacities else line)
