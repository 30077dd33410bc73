"""Whether somebody may change what others see of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import NameChange, User


@dataclass(frozen=True)
class RenamingBlock:
    """Why somebody cannot change their name now, and until when."""

    reason: str
    until: datetime | None


def renaming_block(user: User) -> RenamingBlock | None:
    """Return what keeps a person from changing their name, or None; a suspension, or the limit."""
    now = timezone.now()
    if user.is_suspended(now):
        return RenamingBlock(
            _("You cannot change your name while you are suspended."), user.suspended_until
        )
    if user.is_held(now):
        return RenamingBlock(
            _("You cannot change your name while staff read your posts before they appear."),
            user.posts_held_until,
        )
    recent = recent_name_changes(user, days=settings.RENAME_WINDOW_DAYS).order_by("-at")
    counted = list(recent.values_list("at", flat=True)[: settings.MAX_RENAMES])
    if len(counted) < settings.MAX_RENAMES:
        return None
    until = counted[-1] + timedelta(days=settings.RENAME_WINDOW_DAYS) if counted else None
    reason = rename_limit()
    if until:
        reason += " " + _("You can do so again from %(day)s.") % {
            "day": date_format(timezone.localtime(until))
        }
    return RenamingBlock(reason, until)


def rename_limit() -> str:
    """Say how often people may change their name."""
    number = settings.MAX_RENAMES
    return ngettext(
        "A name can be changed %(number)s time in %(days)s days.",
        "A name can be changed %(number)s times in %(days)s days.",
        number,
    ) % {"number": number, "days": settings.RENAME_WINDOW_DAYS}


def recent_name_changes(user: User, *, days: int) -> QuerySet[NameChange]:
    """Pick the changes of somebody's name in so many days until now."""
    return NameChange.objects.filter(user=user, at__gt=timezone.now() - timedelta(days=days))
