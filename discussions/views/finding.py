"""What several pages of the room need."""

from typing import Any, TypeVar

from django.http import Http404
from django.utils import timezone

from accounts.models import User
from communities.models import Community, Viewer
from discussions import reading

Found = TypeVar("Found")


def first_or_404(rows: list[Found]) -> Found:
    """Return the one row that a page is about; raise 404 where there is none."""
    if not rows:
        raise Http404
    return rows[0]


def listening(viewer: Viewer, community: Community, ambassadors: list[User]) -> dict[str, Any]:
    """Who reads along: the ambassadors, and the councillors of the place."""
    area, day = community.area_id, timezone.localdate()
    return {
        "ambassadors": ambassadors,
        "seats": reading.seats_for(viewer, area=area, day=day) if area else [],
    }
