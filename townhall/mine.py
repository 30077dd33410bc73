"""What is somebody's own: the latest in their communities, what they follow, keep and began."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from communities.paging import page_of, read_token
from discussions.listing import THREADS_PER_PAGE, UNREAD_FOR
from questions import reading as questions
from townhall import reading

TABS = {
    "": _("Latest"),
    "unread": _("Unread"),
    "followed": _("Followed"),
    "bookmarked": _("Kept"),
    "drafts": _("Drafts"),
    "mine": _("Started by me"),
}
LISTS_OF_THREADS = {
    "": reading.threads_of_member,
    "unread": reading.unread_of,
    "followed": reading.followed_by,
    "mine": reading.started_by,
}


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    viewer, show = request.user, request.GET.get("show", "")
    if show not in TABS:
        raise Http404
    since = timezone.now() - UNREAD_FOR
    memberships = reading.memberships_of(viewer, user=viewer.pk, since=since)
    unread = sum(membership.unread for membership in memberships)  # type: ignore[attr-defined]  # an annotation
    after = request.GET.get("after", "")
    own: dict[str, Any] = {"user": viewer.pk, **read_token(after)}
    if show == "bookmarked":
        page = page_of(reading.kept_by(viewer, **own), "at", reading.OWN_PER_PAGE)
    elif show == "drafts":
        page = page_of(reading.drafts_of(viewer, **own), "updated_at", reading.OWN_PER_PAGE)
    else:
        found = LISTS_OF_THREADS[show](viewer, since=since, **own)
        page = page_of(found, "last_post_at", THREADS_PER_PAGE)
    context = {
        "show": show,
        "tabs": TABS.items(),
        "query": f"show={show}" if show else "",
        "unread": unread,
        "memberships": memberships,
        "page": page,
        "questions": questions.own(viewer, author=viewer.pk),
        "is_first_page": not after,
        "section": "place",
    }
    return render(request, "townhall/mine.html", context)
