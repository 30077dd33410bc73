"""What people decided that must outlive the loss of a day: closed accounts and mail not wanted."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from notifications import services as notifications
from notifications.models import ConsentEvent, Suppression
from records.services import close_account
from townhall.backups.files import BackupError

DAYS = 60


def write_choices(target: Path) -> int:
    """Write the choices of the last weeks to a file, whole or not at all; return how many."""
    since = timezone.now() - timedelta(days=DAYS)
    closed = User.objects.filter(closed_at__gt=since).order_by("pk")
    suppressed = Suppression.objects.filter(created_at__gt=since).order_by("pk")
    changes = ConsentEvent.objects.filter(at__gt=since).order_by("pk")
    choices: dict[str, list[Any]] = {
        "closed": list(closed.values("pk", "date_joined", "closed_at")),
        "suppressed": list(suppressed.values("email", "reason", "created_at")),
        "changes": list(changes.values("user", "user__date_joined", "community", "what", "at")),
    }
    draft = target.with_name(f".{target.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(choices, file, cls=DjangoJSONEncoder)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    return sum(map(len, choices.values()))


def apply_choices(source: Path, as_of: datetime) -> dict[str, int]:
    """Make the choices of a file again that were made after a moment; return how many of each.

    An account is the same only if it was also made at the same moment: numbers may come again.
    """
    try:
        choices = json.loads(source.read_text(encoding="utf-8"))
        with transaction.atomic():
            return {
                "accounts closed again": sum(
                    _close(each) for each in choices["closed"] if _later(each["closed_at"], as_of)
                ),
                "addresses suppressed again": sum(
                    _suppress(each)
                    for each in choices["suppressed"]
                    if _later(each["created_at"], as_of)
                ),
                "choices about mail made again": sum(
                    _change(each) for each in choices["changes"] if _later(each["at"], as_of)
                ),
            }
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{source} cannot be read as choices: {error!r}") from error


def _later(moment: str, as_of: datetime) -> bool:
    found = parse_datetime(moment)
    if found is None:
        raise ValueError(f"{moment!r} is no moment")
    return found > as_of


def _close(choice: dict[str, Any]) -> bool:
    user = _user(choice["pk"], choice["date_joined"])
    if user is None or user.closed_at is not None:
        return False
    close_account(user, by=user)
    return True


def _suppress(choice: dict[str, Any]) -> bool:
    if Suppression.objects.filter(email__iexact=choice["email"]).exists():
        return False
    notifications.suppress(choice["email"], reason=choice["reason"])
    return True


def _change(choice: dict[str, Any]) -> bool:
    user = _user(choice["user"], choice["user__date_joined"])
    if user is None or user.closed_at is not None:
        return False
    name, _space, value = choice["what"].partition(" ")
    alerts = {name: value == "on"} if name.startswith("alert_") else {}
    digests = {choice["community"]: value} if name == "digest" else {}
    return (
        notifications.change_preferences(user, alerts=alerts, digests=digests, source="restore") > 0
    )


def _user(pk: int, date_joined: str) -> User | None:
    moment = parse_datetime(date_joined)
    user = User.objects.filter(pk=pk).first()
    # The file has thousandths of a second.
    if user is None or moment is None or abs(user.date_joined - moment) > timedelta(milliseconds=1):
        return None
    return user
