"""How a moment to come is said in a sentence."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def in_words(until: datetime) -> str:
    """Return a moment in words that follow "You can write again"."""
    local, today = timezone.localtime(until), timezone.localdate()
    words = {"time": f"{local:%H:%M}", "day": date_format(local, "l j F")}
    if local.date() == today:
        return _("at %(time)s") % words
    if local.year != today.year:
        words["day"] = date_format(local, "j F Y")
    return _("on %(day)s at %(time)s") % words
