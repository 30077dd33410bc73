"""What stands at the head of every mail, and how its letters are coloured."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.colours import OWN_COLOUR, by_day, by_night
from accounts.council import council_name


def letterhead() -> dict[str, Any]:
    """Return what the frame of a mail shows, in the language of whoever it is written to."""
    colour = settings.COUNCIL_COLOUR or OWN_COLOUR
    return {
        "council_name": council_name(),
        "site_url": settings.SITE_URL,
        "home_url": settings.SITE_URL + reverse("home"),
        "accent": by_day(colour),
        "accent_at_night": by_night(colour),
    }
